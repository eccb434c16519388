package io.github.fuseml.ovms.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.gcs.TinyServer.Answer;
import io.github.fuseml.ovms.gcs.TinyServer.Request;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreRole;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers of Google's that the emulator does not give, and what credentials do. */
@Timeout(60)
class GcsAnswersTest {
  private static final Location OBJECT = Location.of("gs://bucket/model/a");
  private static final String TOKEN_ANSWER =
      "{'access_token':'token-of-the-account','expires_in':3600,'token_type':'Bearer'}";

  private TinyServer server;

  @TempDir
  private Path directory;

  @BeforeEach
  void start() {
    server = new TinyServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ArtifactStore open(String... more) {
    Map<String, String> values = new HashMap<>();
    values.put("endpoint", server.url().toString());
    values.put("maxAttempts", "1");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new GcsStoreProvider().open(StoreSettings.of(values), StoreRole.OUTPUT);
  }

  private ArtifactStore openWithAccount(String... more) {
    String[] all = List.of("credentials", "file", "credentialsFile", account().toString())
        .toArray(new String[4 + more.length]);
    System.arraycopy(more, 0, all, 4, more.length);
    return open(all);
  }

  /** A service account's key, made up here; its tokens are this server's. */
  private Path account() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      String key = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
      String json = """
          {"type": "service_account", "project_id": "p", "private_key_id": "k",
           "private_key": "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n",
           "client_email": "tester@p.iam.gserviceaccount.com", "client_id": "1",
           "token_uri": "%s/token"}
          """.formatted(key, server.url());
      return Files.writeString(directory.resolve("account.json"), json);
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private void answer(Answer ofService) {
    server.answer(request -> isToken(request) ? TinyServer.json(TOKEN_ANSWER) : ofService);
  }

  private static boolean isToken(Request request) {
    return request.uri().getPath().equals("/token");
  }

  private static Answer object() {
    return TinyServer.json(
        "{'name':'model/a','size':'7','generation':'42','crc32c':'AAAAAA==','md5Hash':''}");
  }

  @Test
  void givenAServiceAccountWhenAskedThenItsTokenIsFetchedOnceAndSent() {
    answer(object());

    try (ArtifactStore store = openWithAccount("project", "quota-project")) {
      assertThat(store.find(OBJECT)).isPresent();
      assertThat(store.find(OBJECT)).isPresent();
    }

    List<Request> tokens =
        server.requests().stream().filter(GcsAnswersTest::isToken).toList();
    assertThat(tokens).hasSize(1);
    assertThat(tokens.get(0).body()).contains("jwt-bearer");
    assertThat(server.requests()).filteredOn(request -> !isToken(request)).allSatisfy(request -> {
      assertThat(request.header("Authorization")).isEqualTo("Bearer token-of-the-account");
      assertThat(request.header("x-goog-user-project")).isEqualTo("quota-project");
    });
  }

  @Test
  void givenAnEmulatorWhenThereIsACredentialsFileThenNothingOfItIsSent() {
    answer(object());

    try (ArtifactStore store = open("credentialsFile", account().toString())) {
      assertThat(store.find(OBJECT)).isPresent();
    }

    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0).header("Authorization")).isEmpty();
  }

  @Test
  void givenAnAccountThatIsRefusedWhenAskedThenTheCredentialsAreToBlame() {
    server.answer(request -> new Answer(
        400,
        Map.of(),
        TinyServer.json("{'error':'invalid_grant','error_description':'Invalid JWT Signature.'}")
            .body()));

    AccessDeniedException error = denied(openWithAccount());

    assertThat(error.reason()).isEqualTo(Reason.CREDENTIALS_REFUSED);
    assertThat(error).hasMessageContaining("invalid_grant, Invalid JWT Signature");
    assertTellsNoSecret(error);
  }

  @Test
  void givenAClockThatIsWrongWhenATokenIsFetchedThenTheClockIsToBlame() {
    server.answer(request -> new Answer(
        400,
        Map.of(),
        TinyServer.json("{'error':'invalid_grant','error_description':'Invalid JWT: Token must be a"
                + " short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and"
                + " exp values in the JWT claim.'}")
            .body()));

    assertThat(denied(openWithAccount()).reason()).isEqualTo(Reason.CLOCK);
  }

  @Test
  void givenAMissingPermissionWhenAskedThenItIsNamed() {
    answer(TinyServer.error(
        403,
        "forbidden",
        "tester@p.iam.gserviceaccount.com does not have storage.objects.get access to the Google"
            + " Cloud Storage object."));

    AccessDeniedException error = denied(openWithAccount());

    assertThat(error.reason()).isEqualTo(Reason.RIGHTS);
    assertThat(error).hasMessageContaining("lack the permission storage.objects.get");
    assertTellsNoSecret(error);
  }

  @Test
  void givenNoCredentialsWhenTheyAreNeededThenTheyAreMissing() {
    answer(TinyServer.error(
        401, "required", "Anonymous caller does not have storage.objects.get access."));

    assertThat(denied(open()).reason()).isEqualTo(Reason.CREDENTIALS_MISSING);
  }

  @Test
  void givenATokenThatIsRefusedWhenAskedThenTheCredentialsAreToBlame() {
    answer(TinyServer.error(401, "authError", "Invalid Credentials"));

    AccessDeniedException error = denied(openWithAccount());

    assertThat(error.reason()).isEqualTo(Reason.CREDENTIALS_REFUSED);
    assertTellsNoSecret(error);
  }

  private static AccessDeniedException denied(ArtifactStore store) {
    try (store) {
      store.find(OBJECT);
    } catch (AccessDeniedException e) {
      return e;
    }
    throw new AssertionError("it was not denied");
  }

  private static void assertTellsNoSecret(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain("token-of-the-account", "assertion=", "PRIVATE");
    }
  }

  @Test
  void givenAFileThatIsNoKeyWhenOpenedThenItIsRefusedAndNotQuoted() throws IOException {
    Path file = Files.writeString(directory.resolve("key.json"), "{\"private_key\": \"hush\"}");

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> open("credentials", "file", "credentialsFile", file.toString()))
        .withMessageContaining("key.json")
        .withMessageContaining("holds no credentials")
        .withMessageNotContaining("hush")
        .withNoCause();
  }

  @Test
  void givenNoSuchCredentialsFileWhenOpenedThenItIsRefused() {
    String none = directory.resolve("none.json").toString();

    assertThatExceptionOfType(BadRequestException.class)
        .isThrownBy(() -> open("credentials", "file", "credentialsFile", none))
        .withMessageContaining("no such file");
  }

  @Test
  void givenARequesterPaysBucketWhenAskedThenTheSettingIsNamedAndSentWhenSet() {
    answer(TinyServer.error(
        400, "required", "Bucket is a requester pays bucket but no user project provided."));
    try (ArtifactStore store = open()) {
      assertThatExceptionOfType(BadRequestException.class)
          .isThrownBy(() -> store.find(OBJECT))
          .withMessageContaining("'userProject'");
    }

    answer(object());
    try (ArtifactStore store = open("userProject", "payer")) {
      assertThat(store.find(OBJECT)).isPresent();
    }

    assertThat(server.requests().get(1).uri().getQuery()).contains("userProject=payer");
  }

  @Test
  void givenNoSuchBucketWhenAskedThenItIsTheBucketThatIsNotFound() {
    answer(TinyServer.error(404, "notFound", "The specified bucket does not exist."));

    try (ArtifactStore store = open()) {
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> store.list(OBJECT))
          .withMessageContaining("the bucket 'bucket' does not exist");
      assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> store.find(OBJECT));
    }
  }

  @Test
  void givenAPageWithoutItemsThatIsNotTheLastWhenListedThenTheNextOneIsAskedFor() {
    server.answer(request -> String.valueOf(request.uri().getQuery()).contains("pageToken=next")
        ? TinyServer.json("{'items':[{'name':'model/a','size':'0','generation':'1'}]}")
        : TinyServer.json("{'nextPageToken':'next'}"));

    try (ArtifactStore store = open()) {
      assertThat(store.list(Location.of("gs://bucket/model")))
          .extracting(Artifact::path)
          .containsExactly("a");
      assertThat(store.exists(Location.of("gs://bucket/model/"))).isTrue();
    }
  }

  @Test
  void givenAnObjectThatIsStoredCompressedWhenAPartIsReadThenItIsAskedForAsItIs()
      throws IOException {
    server.answer(request -> request.uri().getQuery().contains("alt=media")
        ? new Answer(
            206,
            Map.of(
                "Content-Encoding", "gzip",
                "Content-Range", "bytes 2-4/7",
                "Content-Type", "text/plain"),
            "\u001f\u008b\u0008")
        : object());

    try (ArtifactStore store = open()) {
      Artifact found = store.find(OBJECT).orElseThrow();
      try (InputStream in = store.read(found, 2, 3)) {
        assertThat(in.readAllBytes()).containsExactly(0x1f, 0x8b, 0x08);
      }
    }

    Request read = server.requests().get(1);
    assertThat(read.header("Accept-Encoding")).isEqualTo("gzip");
    assertThat(read.header("Range")).isEqualTo("bytes=2-4");
    assertThat(read.uri().getQuery()).contains("generation=42");
  }

  @Test
  void givenSettingsForWhatIsWrittenWhenWrittenThenTheyAreSent() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "");
    answer(TinyServer.json(
        "{'name':'model/a','size':'0','generation':'1','crc32c':'AAAAAA==','md5Hash':''}"));

    try (ArtifactStore store = open("kmsKeyName", "the-key", "storageClass", "NEARLINE")) {
      store.write(OBJECT, file, WriteMode.CREATE_ONLY);
    }

    Request upload = server.requests().get(0);
    assertThat(upload.uri().getQuery()).contains("ifGenerationMatch=0", "kmsKeyName=the-key");
    assertThat(upload.body()).contains("\"crc32c\":\"AAAAAA==\"", "\"storageClass\":\"NEARLINE\"");
  }

  @Test
  void givenALargeFileWhenItsLastChunkGoesUpThenItsChecksumGoesWithIt() throws IOException {
    byte[] content = new byte[300 << 10];
    Path file = Files.write(directory.resolve("large"), content);
    SentBytes sum = new SentBytes(Content.of(file), content.length);
    sum.read(content, 0, content.length);
    server.answer(request -> {
      if (request.method().equals("POST")) {
        return new Answer(200, Map.of("Location", server.url() + "/session?upload_id=hush"), "");
      }
      return request.header("Content-Range").startsWith("bytes 0-")
          ? new Answer(308, Map.of("Range", "bytes=0-262143"), "")
          : TinyServer.json("{'name':'model/a','size':'307200','generation':'1','crc32c':'"
              + sum.crc32c() + "'}");
    });

    try (ArtifactStore store = open("uploadChunkSize", "256k")) {
      assertThat(store.write(OBJECT, file, WriteMode.CREATE_ONLY).size()).isEqualTo(content.length);
    }

    assertThat(server.requests())
        .extracting(request -> request.header("Content-Range"))
        .containsExactly("", "bytes 0-262143/307200", "bytes 262144-307199/307200");
    assertThat(server.requests().get(2).header("X-Goog-Hash")).isEqualTo("crc32c=" + sum.crc32c());
  }

  @Test
  void givenAChunkOfWhichLessHasArrivedWhenSentThenTheRestFollows() throws IOException {
    byte[] content = new byte[600 << 10];
    Path file = Files.write(directory.resolve("large"), content);
    SentBytes sum = new SentBytes(Content.of(file), content.length);
    sum.read(content, 0, content.length);
    server.answer(request -> {
      if (request.method().equals("POST")) {
        return new Answer(200, Map.of("Location", server.url() + "/session?upload_id=hush"), "");
      }
      String range = request.header("Content-Range");
      if (range.endsWith("-614399/614400")) {
        return TinyServer.json(
            "{'name':'model/a','size':'614400','generation':'1','crc32c':'" + sum.crc32c() + "'}");
      }
      String arrived = range.startsWith("bytes 0-") ? "262143" : "524287";
      return new Answer(308, Map.of("Range", "bytes=0-" + arrived), "");
    });

    try (ArtifactStore store = open("uploadChunkSize", "512k")) {
      store.write(OBJECT, file, WriteMode.REPLACE);
    }

    assertThat(server.requests())
        .extracting(request -> request.header("Content-Range"))
        .containsExactly(
            "",
            "bytes 0-524287/614400",
            "bytes 262144-524287/614400",
            "bytes 524288-614399/614400");
  }

  @Test
  void givenAConditionThatFailsAtTheEndOfALargeUploadWhenWrittenThenItIsAConflict()
      throws IOException {
    Path file = Files.write(directory.resolve("large"), new byte[300 << 10]);
    server.answer(request -> switch (request.method()) {
      case "POST" ->
        new Answer(200, Map.of("Location", server.url() + "/session?upload_id=hush"), "");
      case "PUT" -> TinyServer.error(412, "conditionNotMet", "At least one pre-condition failed.");
      default -> object();
    });

    try (ArtifactStore store = open("uploadChunkSize", "256k")) {
      assertThatExceptionOfType(ConflictException.class)
          .isThrownBy(() -> store.write(OBJECT, file, WriteMode.CREATE_ONLY))
          .satisfies(GcsAnswersTest::assertTellsNoSession);
    }
  }

  @Test
  void givenARefusedChunkWhenWrittenThenTheAddressOfTheSessionIsNotTold() throws IOException {
    Path file = Files.write(directory.resolve("large"), new byte[300 << 10]);
    server.answer(request -> request.method().equals("POST")
        ? new Answer(200, Map.of("Location", server.url() + "/session?upload_id=hush"), "")
        : TinyServer.error(503, "backendError", "We encountered an internal error."));

    try (ArtifactStore store = open("uploadChunkSize", "256k")) {
      assertThatExceptionOfType(TransferException.class)
          .isThrownBy(() -> store.write(OBJECT, file, WriteMode.CREATE_ONLY))
          .satisfies(GcsAnswersTest::assertTellsNoSession)
          .matches(OvmsConverterException::isRetryable);
    }
    assertThat(server.requests()).last().extracting(Request::method).isEqualTo("DELETE");
  }

  private static void assertTellsNoSession(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain("upload_id", "hush");
    }
  }
}
