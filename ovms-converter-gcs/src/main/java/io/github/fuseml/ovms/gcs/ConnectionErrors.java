package io.github.fuseml.ovms.gcs;

import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What went wrong on the way to the service, before it could answer. */
final class ConnectionErrors {
  private final Throwable error;
  private final Problem problem;
  private final String service;

  private ConnectionErrors(Throwable error, Problem problem, String service) {
    this.error = error;
    this.problem = problem;
    this.service = service;
  }

  static OvmsConverterException translate(Throwable error, Problem problem, String service) {
    return new ConnectionErrors(error, problem, service).translate();
  }

  private OvmsConverterException translate() {
    if (find(UnknownHostException.class) != null) {
      return failed(
          "the host of " + service + " is unknown", "check the endpoint and the DNS", true);
    }
    if (find(SSLException.class) != null) {
      return ofTls();
    }
    if (find(ConnectException.class) != null || find(NoRouteToHostException.class) != null) {
      return failed(
          "nothing answers at " + service + ": " + shortText(find(IOException.class)),
          "check the endpoint's host and port, and that the service runs",
          true);
    }
    if (find(InterruptedIOException.class) != null) {
      return failed(
          service + " did not answer in time", "try again, or raise the time limits", true);
    }
    IOException io = find(IOException.class);
    return io instanceof FileSystemException
        ? failed("the content cannot be read: " + shortText(io), "check the file", false)
        : failed("the connection to " + service + " failed: " + shortText(io), null, true);
  }

  private TransferException ofTls() {
    if (find(CertificateExpiredException.class) != null
        || find(CertificateNotYetValidException.class) != null) {
      return failed(
          "the certificate of " + service + " is not valid at this time",
          "have it renewed, or check this machine's clock",
          false);
    }
    if (find(CertPathBuilderException.class) != null
        || find(CertPathValidatorException.class) != null) {
      return failed(
          "the certificate of " + service + " is from an authority that is not trusted",
          "give the authority's certificate as '" + GcsSettings.CA_CERTIFICATE.name() + "'",
          false);
    }
    SSLException tls = find(SSLException.class);
    String text = shortText(tls);
    if (tls instanceof SSLPeerUnverifiedException || text.contains("subject alternative")) {
      return failed(
          "the certificate of " + service + " is for another host name",
          "write the endpoint with the name that the certificate is for",
          false);
    }
    if (text.contains("plaintext") || text.contains("Unsupported or unrecognized SSL message")) {
      return failed(
          service + " does not speak TLS",
          "write the endpoint as http://… if that is what you want",
          false);
    }
    return failed("the TLS connection to " + service + " failed: " + text, null, true);
  }

  private TransferException failed(String found, @Nullable String remedy, boolean mayHelp) {
    Problem told = problem.found(found);
    told = remedy == null ? told : told.remedy(remedy);
    return new TransferException(mayHelp ? told.mayHelpToRetry() : told, error);
  }

  /** The innermost exception of a kind. */
  private <T extends Throwable> @Nullable T find(Class<T> kind) {
    T found = null;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        found = kind.cast(cause);
      }
    }
    return found;
  }

  private static String shortText(@Nullable Throwable cause) {
    if (cause == null) {
      return "no reason given";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
