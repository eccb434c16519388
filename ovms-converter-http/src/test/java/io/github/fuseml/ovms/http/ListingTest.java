package io.github.fuseml.ovms.http;

import static io.github.fuseml.ovms.http.Stores.at;
import static io.github.fuseml.ovms.http.Stores.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.testkit.fault.FaultProxy;
import io.github.fuseml.ovms.testkit.fault.RecordedRequest;
import io.github.fuseml.ovms.testkit.server.ApacheDavServer;
import io.github.fuseml.ovms.testkit.server.NginxServer;
import io.github.fuseml.ovms.testkit.server.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories by index pages, honest and hostile ones, that a real server serves. */
class ListingTest {
  private static NginxServer nginx;
  private static ServedDirectory served;

  @BeforeAll
  static void start() {
    nginx = NginxServer.start();
    served = new ServedDirectory(nginx.root(), nginx.url("/"));
  }

  @AfterAll
  static void stop() {
    nginx.close();
  }

  /** A directory whose index.html is this page; nginx serves it in place of its own. */
  private static Location directoryWithPage(String body) {
    Location directory = served.newBase();
    String html = "<html><head><title>Index of /x/</title></head><body>" + body + "</body></html>";
    served.put(directory.resolve("index.html"), html.getBytes(StandardCharsets.UTF_8));
    served.put(directory.resolve("model.onnx"), new byte[] {1});
    return directory;
  }

  private static List<String> paths(Location directory) {
    try (ArtifactStore store = Stores.input()) {
      return store.list(directory).stream().map(Artifact::path).toList();
    }
  }

  @Test
  void givenLinksThatLeadElsewhereWhenListedThenTheyAreNoPartOfTheDirectory() {
    Location directory = directoryWithPage("<a href='?C=N;O=D'>Name</a> <a href='#top'>top</a>"
        + "<a href='../'>up</a> <a href='../secret'>s</a> <a href='/etc/passwd'>p</a>"
        + "<a href='//evil.example/x'>e</a> <a href='http://evil.example/x'>e</a>"
        + "<a href='https://127.0.0.1/x'>e</a> <a href='javascript:alert(1)'>j</a>"
        + "<a href='data:text/html,x'>d</a> <a href='mailto:a@b'>m</a> <a href='deep/er'>d</a>"
        + "<a href=''>self</a> <a href='./'>self</a> <a>none</a>"
        + "<a href='./model.onnx'>it</a> <a href='model.onnx?x=1#y'>again</a>");

    assertThat(paths(directory)).containsExactly("model.onnx");
  }

  @Test
  void givenAbsoluteLinksToChildrenWhenListedThenTheyAreTaken() {
    Location directory = served.newBase();
    String absolute = directory.value() + "/model.onnx";
    String page = "<h1>Index of x</h1><a href='" + absolute + "'>a</a>"
        + "<a href='" + absolute.replaceFirst("^http://[^/]*", "") + "'>b</a>"
        + "<a href='" + absolute.replaceFirst("^http:", "") + "'>c</a>";
    served.put(directory.resolve("index.html"), page.getBytes(StandardCharsets.UTF_8));
    served.put(directory.resolve("model.onnx"), new byte[] {1});

    assertThat(paths(directory)).containsExactly("model.onnx");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..%2F..%2Fetc%2Fpasswd",
        "a%2Fb",
        "%2e%2e/",
        "%2E%2E",
        "%2e",
        "a%00b",
        "a%5Cb",
        "a\\b",
        "a%ZZ",
        "%E9",
        "%C0%AE%C0%AE",
        "%"
      })
  void givenAChildWithAnUnsafeNameWhenListedThenTheListingIsRefused(String href) {
    Location directory = directoryWithPage("<a href=\"" + href + "\">x</a>");

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> paths(directory))
        .withMessageContaining("no safe name");
  }

  @Test
  void givenAPageThatIsNoIndexWhenListedThenTheErrorSaysWhatWouldHelp() {
    Location directory = served.newBase();
    String page = "<title>Welcome</title><a href='model.onnx'>our model</a>";
    served.put(directory.resolve("index.html"), page.getBytes(StandardCharsets.UTF_8));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> paths(directory))
        .withMessageContaining("no list of files")
        .withMessageContaining("ovms-manifest.json");
  }

  @Test
  void givenADirectoryThatIsItsOwnChildWhenListedThenItEndsWithAnError() throws IOException {
    Location directory = served.newBase();
    served.put(directory.resolve("file"), new byte[] {1});
    Files.createSymbolicLink(served.file(directory).resolve("circle"), Path.of("."));

    assertThatExceptionOfType(TransferException.class)
        .isThrownBy(() -> paths(directory))
        .withMessageContaining("nested");
  }

  @Test
  void givenTwoThousandFilesWhenListedThenTheirSizesAreAskedForOverConnectionsThatAreShared() {
    Location directory = served.newBase();
    Map<String, Long> sizes = new TreeMap<>();
    for (int i = 0; i < 2000; i++) {
      String path = "d" + i % 20 + "/part-" + i;
      served.put(directory.resolve(path), new byte[1 + i % 50]);
      sizes.put(path, 1L + i % 50);
    }
    try (FaultProxy line = FaultProxy.inFrontOf(nginx.url());
        ArtifactStore store = Stores.input()) {
      String path = directory.value().replaceFirst("^http://[^/]*", "");

      List<Artifact> listed = store.list(at(line.url(path)));

      Map<String, Long> found = new TreeMap<>();
      listed.forEach(artifact -> found.put(artifact.path(), artifact.size()));
      assertThat(found).isEqualTo(sizes);
      assertThat(line.requests()).hasSizeLessThan(2000 + 20 + 10);
      assertThat(line.connections()).isBetween(2, 40);
    }
  }

  @Test
  void givenWebDavWhenListedThenNoFileIsAskedForItsSize() {
    try (ApacheDavServer apache = ApacheDavServer.start();
        FaultProxy line = FaultProxy.inFrontOf(apache.url());
        ArtifactStore store = Stores.input()) {
      ServedDirectory files = new ServedDirectory(apache.root(), apache.url("/dav/"));
      for (int i = 0; i < 50; i++) {
        files.put(files.location("model/deep/" + i), random(i, i));
      }

      List<Artifact> listed = store.list(at(line.url("/dav/model")));

      assertThat(listed).hasSize(50);
      assertThat(line.requests())
          .extracting(RecordedRequest::method)
          .containsExactlyInAnyOrder("GET", "PROPFIND", "PROPFIND");
      assertThat(store.find(listed.get(0).location()).orElseThrow().revision())
          .isEqualTo(listed.get(0).revision());
    }
  }

  @Test
  void givenTlsAndAPasswordWhenListedThenTheFilesAreThere() {
    try (ApacheDavServer apache = ApacheDavServer.startTls(TestCertificates.localhost());
        ArtifactStore store = Stores.input(
            "caCertificate",
            TestCertificates.authority().toString(),
            "username",
            ApacheDavServer.USER,
            "password",
            ApacheDavServer.PASSWORD)) {
      ServedDirectory files = new ServedDirectory(apache.root(), apache.url("/private/"));
      files.put(files.location("model/a b/ü"), new byte[7]);

      assertThat(store.list(files.location("model"))).singleElement().satisfies(artifact -> {
        assertThat(artifact.path()).isEqualTo("a b/ü");
        assertThat(Stores.read(store, artifact, 0, -1)).hasSize(7);
      });
    }
  }

  @Test
  void givenASignedDirectoryWhenListedThenTheQueryGoesWithEveryRequestAndIntoNoMessage() {
    Location directory = served.newBase();
    served.put(directory.resolve("a/b"), new byte[3]);
    try (FaultProxy line = FaultProxy.inFrontOf(nginx.url());
        ArtifactStore store = Stores.input()) {
      String path = directory.value().replaceFirst("^http://[^/]*", "");
      Location signed = Location.of(line.url(path) + "?sig=s3cret");

      List<Artifact> listed = store.list(signed);

      assertThat(listed).extracting(Artifact::path).containsExactly("a/b");
      assertThat(listed.toString()).doesNotContain("s3cret");
      assertThat(line.requests())
          .allSatisfy(request -> assertThat(request.target()).endsWith("?sig=s3cret"));
    }
  }
}
