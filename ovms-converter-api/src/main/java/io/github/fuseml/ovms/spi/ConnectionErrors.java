package io.github.fuseml.ovms.spi;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what went wrong on the way to a service, before it could answer, into the library's errors: a
 * name without an address, a port where nobody listens, a certificate that is not trusted, TLS where
 * there is none. For stores whose clients throw the exceptions of Java's sockets and TLS, in causes of
 * their own perhaps.
 *
 * <p>By convention a store calls its setting for an authority's certificate {@code caCertificate}.
 * Immutable.
 */
public final class ConnectionErrors {
  private final String service;
  private final @Nullable URI endpoint;

  private ConnectionErrors(String service, @Nullable URI endpoint) {
    this.service = service;
    this.endpoint = endpoint;
  }

  /**
   * For one service.
   *
   * @param service what messages call it, such as its address without a user, or its name
   * @param endpoint its address when connections are made to that directly, which then may be asked
   *     what it speaks; null when a proxy is between, or when the address is none that somebody wrote
   * @return the translation
   */
  public static ConnectionErrors to(String service, @Nullable URI endpoint) {
    return new ConnectionErrors(service, endpoint);
  }

  /**
   * The error to throw.
   *
   * @param error what was thrown
   * @param problem what was tried on what
   * @return a {@link BadRequestException} when the endpoint was asked in the wrong scheme, a {@link
   *     TransferException} otherwise
   */
  public OvmsConverterException translate(Throwable error, Problem problem) {
    Failure failure = new Failure(error, problem);
    if (failure.has(UnknownHostException.class) || failure.has(UnresolvedAddressException.class)) {
      return failure.passing(
          "the host of " + service + " is unknown",
          "check the host's name, and that this machine's name service knows it");
    }
    if (failure.has(SSLException.class)) {
      return ofTls(failure);
    }
    if (failure.has(ConnectException.class) || failure.has(NoRouteToHostException.class)) {
      return failure.passing(
          "nothing answers at " + service + ": " + text(failure.find(IOException.class)),
          "check its host and port, and that the service, or the proxy to it, runs");
    }
    if (failure.has(InterruptedIOException.class)) {
      return failure.passing(
          service + " did not answer in time", "try again, or raise the time limits");
    }
    IOException io = failure.find(IOException.class);
    if (io instanceof FileSystemException) {
      return failure.lasting("the content cannot be read: " + text(io), "check the file");
    }
    return wrongScheme(problem, error)
        .<OvmsConverterException>map(wrong -> wrong)
        .orElseGet(() -> failure.passing(
            "the connection to " + service + " failed: " + text(io == null ? error : io),
            "try again; if it stays, look into the service's log"));
  }

  private OvmsConverterException ofTls(Failure failure) {
    if (failure.has(CertificateExpiredException.class)
        || failure.has(CertificateNotYetValidException.class)) {
      return failure.lasting(
          "the certificate of " + service + " is not valid at this time",
          "have it renewed, or check this machine's clock");
    }
    if (failure.has(CertPathBuilderException.class)
        || failure.has(CertPathValidatorException.class)) {
      return failure.lasting(
          "the certificate of " + service + " is from an authority that is not trusted",
          "give the authority's certificate as 'caCertificate'");
    }
    SSLException tls = failure.find(SSLException.class);
    String text = text(tls);
    String ofCertificate = text(failure.find(CertificateException.class));
    if (tls instanceof SSLPeerUnverifiedException
        || text.contains("subject alternative")
        || ofCertificate.contains("subject alternative")
        || ofCertificate.contains("No name matching")) {
      return failure.lasting(
          "the certificate of " + service + " is for another host name",
          "use the name that the certificate is for");
    }
    boolean foreign =
        text.contains("plaintext") || text.contains("Unsupported or unrecognized SSL message");
    if (endpoint != null && (foreign || failure.has(EOFException.class))) {
      Optional<BadRequestException> wrong = wrongScheme(failure.problem, failure.error);
      if (wrong.isPresent()) {
        return wrong.get();
      }
    }
    return foreign
        ? new BadRequestException(noTls(failure.problem), failure.error)
        : failure.passing(
            "the TLS connection to " + service + " failed: " + text,
            "check that the port speaks TLS, in a version that this Java knows");
  }

  private Problem noTls(Problem problem) {
    return problem
        .found(service + " does not speak TLS")
        .remedy("write http:// instead of https:// if that is what you want, or another port");
  }

  /**
   * Finds out whether the endpoint is asked in the wrong scheme: plain HTTP at a port that speaks TLS,
   * or TLS at one that speaks HTTP. For an answer that is none of the service's own, such as a bare
   * status of 400, which is what many servers say to the former. Makes a connection of its own.
   *
   * @param problem what was tried on what
   * @param cause what was thrown; null for nothing
   * @return the error to throw; empty when the scheme is right, or cannot be told
   */
  public Optional<BadRequestException> wrongScheme(Problem problem, @Nullable Throwable cause) {
    if (endpoint == null || endpoint.getHost() == null) {
      return Optional.empty();
    }
    boolean secure = "https".equalsIgnoreCase(endpoint.getScheme());
    int port = endpoint.getPort() >= 0 ? endpoint.getPort() : secure ? 443 : 80;
    return switch (SpokenProtocol.at(endpoint.getHost(), port)) {
      case TLS ->
        secure
            ? Optional.empty()
            : Optional.of(new BadRequestException(
                problem
                    .found(service + " does not understand plain HTTP: the port speaks TLS")
                    .remedy("write https:// instead of http://"),
                cause));
      case PLAIN_HTTP ->
        secure ? Optional.of(new BadRequestException(noTls(problem), cause)) : Optional.empty();
      case UNKNOWN -> Optional.empty();
    };
  }

  private static String text(@Nullable Throwable cause) {
    if (cause == null) {
      return "no reason given";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /** What was thrown, and where. */
  private record Failure(Throwable error, Problem problem) {
    boolean has(Class<? extends Throwable> kind) {
      return find(kind) != null;
    }

    /** The innermost exception of a kind. */
    <T extends Throwable> @Nullable T find(Class<T> kind) {
      T found = null;
      for (Throwable cause = error; cause != null; cause = cause.getCause()) {
        if (kind.isInstance(cause)) {
          found = kind.cast(cause);
        }
      }
      return found;
    }

    TransferException passing(String found, String remedy) {
      return new TransferException(problem.found(found).remedy(remedy).mayHelpToRetry(), error);
    }

    TransferException lasting(String found, String remedy) {
      return new TransferException(problem.found(found).remedy(remedy), error);
    }
  }
}
