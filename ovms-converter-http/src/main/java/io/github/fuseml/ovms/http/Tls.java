package io.github.fuseml.ovms.http;

import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.TrustedAuthorities;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom this side trusts, and what it shows of itself. */
final class Tls {
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519");

  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

  private Tls() {}

  /** A context for the settings; Java's own one when none of them is set. */
  static SSLContext context(HttpSettings settings) {
    try {
      KeyManager @Nullable [] keys = keys(settings.all());
      TrustManager @Nullable [] trust = trust(settings);
      if (keys == null && trust == null) {
        return SSLContext.getDefault();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private static TrustManager @Nullable [] trust(HttpSettings settings) {
    if (settings.insecureTls()) {
      return new TrustManager[] {new TrustEverybody()};
    }
    Path file = settings.all().file(HttpSettings.CA_CERTIFICATE).orElse(null);
    if (file == null) {
      return null;
    }
    try {
      return TrustedAuthorities.read(file);
    } catch (IllegalArgumentException e) {
      throw HttpSettings.wrong(
          HttpSettings.CA_CERTIFICATE,
          file + ": " + e.getMessage(),
          "give a file with certificates in PEM");
    }
  }

  private static KeyManager @Nullable [] keys(StoreSettings settings)
      throws GeneralSecurityException {
    Path certificate = settings.file(HttpSettings.CLIENT_CERTIFICATE).orElse(null);
    Path key = settings.file(HttpSettings.CLIENT_KEY).orElse(certificate);
    if (key == null) {
      return null;
    }
    if (certificate == null) {
      throw HttpSettings.wrong(
          HttpSettings.CLIENT_KEY, "there is a key without a certificate", "give both");
    }
    Certificate[] chain =
        certificates(HttpSettings.CLIENT_CERTIFICATE, certificate).toArray(Certificate[]::new);
    KeyStore own = emptyStore();
    own.setKeyEntry("client", privateKey(key), new char[0], chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(own, new char[0]);
    return factory.getKeyManagers();
  }

  private static Collection<? extends Certificate> certificates(StoreSetting setting, Path file) {
    try (InputStream in = new ByteArrayInputStream(withoutKeys(contentOf(setting, file)))) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!found.isEmpty()) {
        return found;
      }
    } catch (GeneralSecurityException | IOException e) {
      // Falls through to the one refusal below.
    }
    throw HttpSettings.wrong(
        setting, file + " holds no certificates", "give a file with certificates in PEM");
  }

  /** The certificates alone of a file that may hold a key, too: Java reads no such mixture. */
  private static byte[] withoutKeys(byte[] file) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    String certificates = CERTIFICATE
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.joining("\n"));
    return certificates.isEmpty() ? file : certificates.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static PrivateKey privateKey(Path file) throws GeneralSecurityException {
    String text = new String(contentOf(HttpSettings.CLIENT_KEY, file), StandardCharsets.ISO_8859_1);
    String begin = "-----BEGIN PRIVATE KEY-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END PRIVATE KEY-----");
    if (from >= 0 && to > from) {
      byte[] encoded = Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
      for (String algorithm : KEY_ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm)
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
          // A key of another algorithm.
        }
      }
    }
    throw HttpSettings.wrong(
        HttpSettings.CLIENT_KEY,
        file + " holds no private key in PKCS #8",
        "convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out FILE");
  }

  private static byte[] contentOf(StoreSetting setting, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw HttpSettings.wrong(
          setting, file + " cannot be read", "name a file that exists and may be read");
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
    return store;
  }

  /** An extended manager also answers for the host's name, which the plain kind would not. */
  private static final class TrustEverybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
