package io.github.fuseml.ovms.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings of WebDAV that no honest server sends, or not often. */
class DavTest {
  private static final URI PAGE = URI.create("http://host/a%20b/");
  private static final Location DIRECTORY = Location.of("http://host/a%20b");
  private static final String ITSELF =
      response("/a%20b/", "<resourcetype><collection/></resourcetype>");

  private static String response(String href, String properties) {
    return "<response><href>" + href + "</href><propstat><prop>" + properties
        + "</prop></propstat></response>";
  }

  private static Optional<List<Child>> children(String responses) {
    String xml = "<multistatus xmlns=\"DAV:\">" + responses + "</multistatus>";
    return Dav.children(xml.getBytes(StandardCharsets.UTF_8), PAGE, DIRECTORY);
  }

  @Test
  void givenFilesAndDirectoriesWhenReadThenTheyAreThereWithSizesAndRevisions() {
    assertThat(children(ITSELF
            + response(
                "/a%20b/x%2By", "<getcontentlength>7</getcontentlength><getetag>W/\"e\"</getetag>")
            + response("http://host/a%20b/z", "<getcontentlength>8</getcontentlength>")
            + response("/a%20b/d/", "<resourcetype><collection/></resourcetype>")))
        .contains(List.of(
            new Child("x+y", false, 7, "\"e\""),
            new Child("z", false, 8, null),
            Child.directory("d")));
  }

  @Test
  void givenANameThatIsListedTwiceWhenReadThenTheOneWithASizeCounts() {
    String file = response("/a%20b/x", "<getcontentlength>7</getcontentlength>");
    String lockAlone = response("/a%20b/x", "<resourcetype/>");

    assertThat(children(ITSELF + file + lockAlone))
        .contains(List.of(new Child("x", false, 7, null)));
    assertThat(children(ITSELF + lockAlone + file))
        .contains(List.of(new Child("x", false, 7, null)));
  }

  @Test
  void givenNamesOfOtherPlacesWhenReadThenTheyAreNoPartOfTheDirectory() {
    assertThat(children(ITSELF
            + response("/other/x", "<getcontentlength>7</getcontentlength>")
            + response("http://evil.example/a%20b/x", "<getcontentlength>7</getcontentlength>")
            + response("/a%20b/deep/x", "<getcontentlength>7</getcontentlength>")))
        .contains(List.of());
  }

  @Test
  void givenAFileInsteadOfADirectoryWhenReadThenThereIsNoDirectory() {
    assertThat(children(response("/a%20b", "<getcontentlength>7</getcontentlength>")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<", "<response><href>/proxied/elsewhere/</href></response>"})
  void givenSomethingElseWhenReadThenItIsRefused(String responses) {
    assertThatExceptionOfType(TransferException.class).isThrownBy(() -> children(responses));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a%20b/..%2Fx", "/a%20b/%2e%2e", "/a%20b/x%00", "/a%20b/x%5Cy"})
  void givenAnUnsafeNameWhenReadThenItIsRefused(String href) {
    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> children(ITSELF + response(href, "")));
  }

  @Test
  void givenExternalAndGrowingEntitiesWhenReadThenNothingIsFetchedOrExpanded() {
    String xml = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
        + "<multistatus xmlns=\"DAV:\"><response><href>/a%20b/&e;</href></response></multistatus>";

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> Dav.children(xml.getBytes(StandardCharsets.UTF_8), PAGE, DIRECTORY));
  }
}
