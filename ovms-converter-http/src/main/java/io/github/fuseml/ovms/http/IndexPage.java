package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * A page on which a server lists a directory: nginx's and Apache's {@code Index of}, Python's {@code
 * Directory listing for}. Sizes and dates on it are rounded and stand there in many forms, so only
 * the names are taken.
 */
final class IndexPage {
  private static final Pattern TITLE =
      Pattern.compile("(?i)(index of|directory listing|directory:|listing of) *.*");

  private IndexPage() {}

  /**
   * Reads a page.
   *
   * @param html the page, UTF-8
   * @param page its address, after redirects
   * @param directory what the caller named, for messages
   * @return the files and directories on it, in its order, each once
   * @throws TransferException if it is no index, or holds a name that is not safe
   */
  static List<Child> read(byte[] html, URI page, Location directory) {
    Document document = Jsoup.parse(new String(html, java.nio.charset.StandardCharsets.UTF_8));
    Element heading = document.selectFirst("h1");
    if (!TITLE.matcher(document.title().strip()).matches()
        && (heading == null || !TITLE.matcher(heading.text().strip()).matches())) {
      throw noIndex(directory);
    }
    ChildLinks links = new ChildLinks(page, directory);
    Map<String, Child> children = new LinkedHashMap<>();
    for (Element link : document.select("a[href]")) {
      links.child(link.attr("href")).ifPresent(child -> children.put(child.name(), child));
    }
    return new ArrayList<>(children.values());
  }

  private static TransferException noIndex(Location directory) {
    return new TransferException(Problem.of("list")
        .on(directory)
        .found("the server shows a page there that is no list of files")
        .remedy("let it list the directory, put a " + Manifest.NAME
            + " into it, or give the URL of one file"));
  }
}
