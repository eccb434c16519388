package io.github.fuseml.ovms.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority that nobody knows, and certificates signed by it: a good one and bad ones.
 * Made by openssl when they are first asked for, kept until the JVM ends. Thread-safe.
 */
public final class TestCertificates {
  /** The password of {@link #trustStore()}. */
  public static final String TRUST_STORE_PASSWORD = "changeit";

  private static final List<String> NEW_KEY =
      List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes");
  private static final String LOCAL_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1";

  private static final Map<String, ServerCertificate> MADE = new ConcurrentHashMap<>();

  private TestCertificates() {}

  /** The authority, made once. */
  private static final class Authority {
    private static final Path DIRECTORY = make();

    private static Path make() {
      Path directory = TemporaryFiles.directory("certificates");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> TemporaryFiles.delete(directory), "certificates"));
      List<String> arguments = new ArrayList<>(List.of("req", "-x509", "-days", "2"));
      arguments.addAll(NEW_KEY);
      arguments.addAll(List.of("-keyout", directory + "/ca.key", "-out", directory + "/ca.pem"));
      arguments.addAll(List.of("-subj", "/CN=Test authority"));
      openssl(arguments);
      return directory;
    }
  }

  /**
   * The authority's certificate, which a client has to trust.
   *
   * @return a PEM file
   */
  public static Path authority() {
    return Authority.DIRECTORY.resolve("ca.pem");
  }

  /**
   * A good certificate.
   *
   * @return one for {@code localhost} and 127.0.0.1
   */
  public static ServerCertificate localhost() {
    return MADE.computeIfAbsent("localhost", name -> signed(name, LOCAL_NAMES));
  }

  /**
   * A certificate for a host that this one is not.
   *
   * @return one for {@code elsewhere.example} alone
   */
  public static ServerCertificate wrongHost() {
    return MADE.computeIfAbsent(
        "wrong-host", name -> signed(name, "subjectAltName=DNS:elsewhere.example"));
  }

  /**
   * A certificate that was good once.
   *
   * @return one for {@code localhost} and 127.0.0.1 that ended in 2020
   */
  public static ServerCertificate expired() {
    return MADE.computeIfAbsent("expired", TestCertificates::signedInThePast);
  }

  /**
   * A trust store for the JDK's system properties.
   *
   * @return a PKCS #12 file that holds the authority alone
   */
  public static synchronized Path trustStore() {
    Path file = Authority.DIRECTORY.resolve("trust.p12");
    if (!Files.exists(file)) {
      try (OutputStream out = Files.newOutputStream(file)) {
        trusting().store(out, TRUST_STORE_PASSWORD.toCharArray());
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("cannot make " + file, e);
      }
    }
    return file;
  }

  /**
   * A TLS context that trusts the authority alone.
   *
   * @return a new context
   */
  public static SSLContext sslContext() {
    try {
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusting());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot trust " + authority(), e);
    }
  }

  private static KeyStore trusting() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(authority())) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    return store;
  }

  private static ServerCertificate signed(String name, String hosts) {
    ServerCertificate certificate = files(name);
    List<String> arguments = new ArrayList<>(List.of("req", "-x509", "-days", "2"));
    arguments.addAll(signer());
    arguments.addAll(NEW_KEY);
    arguments.addAll(List.of("-keyout", certificate.key().toString()));
    arguments.addAll(List.of("-out", certificate.certificate().toString()));
    arguments.addAll(List.of("-subj", "/CN=" + name, "-addext", hosts));
    arguments.addAll(List.of("-addext", "basicConstraints=critical,CA:FALSE"));
    openssl(arguments);
    return certificate;
  }

  /** By {@code openssl ca}: the shorter ways take no dates. */
  private static ServerCertificate signedInThePast(String name) {
    ServerCertificate certificate = files(name);
    Path request = Authority.DIRECTORY.resolve(name + ".csr");
    List<String> asking = new ArrayList<>(List.of("req", "-new"));
    asking.addAll(NEW_KEY);
    asking.addAll(List.of("-keyout", certificate.key().toString(), "-out", request.toString()));
    asking.addAll(List.of("-subj", "/CN=" + name));
    openssl(asking);
    Path database = TemporaryFiles.write(Authority.DIRECTORY.resolve("database"), "");
    Path settings = TemporaryFiles.write(
        Authority.DIRECTORY.resolve("ca.conf"),
        String.join(
            "\n",
            "[ca]\ndefault_ca=this\n[this]\npolicy=any\ndefault_md=sha256\nx509_extensions=names",
            "database=" + database,
            "serial=" + Authority.DIRECTORY.resolve("serial"),
            "new_certs_dir=" + Authority.DIRECTORY,
            "[any]\ncommonName=supplied\n[names]",
            LOCAL_NAMES,
            ""));
    openssl(List.of(
        "ca",
        "-batch",
        "-config",
        settings.toString(),
        "-rand_serial",
        "-notext",
        "-cert",
        authority().toString(),
        "-keyfile",
        Authority.DIRECTORY.resolve("ca.key").toString(),
        "-startdate",
        "20200101000000Z",
        "-enddate",
        "20200201000000Z",
        "-in",
        request.toString(),
        "-out",
        certificate.certificate().toString()));
    return certificate;
  }

  private static List<String> signer() {
    return List.of(
        "-CA", authority().toString(),
        "-CAkey", Authority.DIRECTORY.resolve("ca.key").toString());
  }

  private static ServerCertificate files(String name) {
    return new ServerCertificate(
        Authority.DIRECTORY.resolve(name + ".pem"), Authority.DIRECTORY.resolve(name + ".key"));
  }

  private static void openssl(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Installed.ofSystem("openssl").toString()));
    command.addAll(arguments);
    Command.run(command, Map.of());
  }
}
