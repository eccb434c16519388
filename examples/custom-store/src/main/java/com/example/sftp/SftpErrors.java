package com.example.sftp;

import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.ConflictException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.NotFoundException;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Artifact;
import java.net.ConnectException;
import java.net.UnknownHostException;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.sftp.Response.StatusCode;
import net.schmizz.sshj.sftp.SFTPException;
import net.schmizz.sshj.userauth.UserAuthException;
import org.jspecify.annotations.Nullable;

/** Says in the words of the library what sshj says, and what to do about it. */
final class SftpErrors {
  private SftpErrors() {}

  static OvmsConverterException translate(Exception error, String tried, Location location) {
    Problem problem = Problem.of(tried).on(location);
    if (Thread.currentThread().isInterrupted()) {
      return interrupted(tried, location);
    }
    return switch (statusOf(error)) {
      case NO_SUCH_FILE, NO_SUCH_PATH ->
        new NotFoundException(problem.found("it is not there"), error);
      case PERMISSION_DENIED, WRITE_PROTECT ->
        new AccessDeniedException(
            problem
                .found("the server denies it to this user")
                .remedy("give the user the right to, or set another 'username'"),
            error);
      case UNKNOWN -> connection(error, problem, SftpLocation.of(location));
      default ->
        new TransferException(
            problem
                .found("the server answers: " + error.getMessage())
                .remedy("look for the reason on the server: its disk may be full"),
            error);
    };
  }

  private static OvmsConverterException connection(
      Exception error, Problem problem, SftpLocation place) {
    if (find(UserAuthException.class, error) != null) {
      return new AccessDeniedException(
          problem
              .found("the server does not accept this user's key or password")
              .remedy("check the settings 'username', 'privateKey' and 'password'"),
          error);
    }
    SSHException ssh = find(SSHException.class, error);
    if (ssh != null && ssh.getDisconnectReason() == DisconnectReason.HOST_KEY_NOT_VERIFIABLE) {
      return new AccessDeniedException(
          problem
              .found("the host key of " + place.server() + " is not among the known ones")
              .remedy(
                  "compare the output of 'ssh-keyscan -p %d %s' with the key that the server has"
                          .formatted(place.port(), place.host())
                      + ", and add it to the file of the setting 'knownHosts'"),
          error);
    }
    boolean unreachable = find(ConnectException.class, error) != null
        || find(UnknownHostException.class, error) != null;
    return new TransferException(
        problem
            .found((unreachable ? "no connection to " : "the connection failed to ")
                + place.server() + ": " + error.getMessage())
            .remedy("check the host, the port, and that its SSH server runs")
            .mayHelpToRetry(),
        error);
  }

  /** What the server answered; UNKNOWN if it did not. */
  static StatusCode statusOf(Throwable error) {
    SFTPException found = find(SFTPException.class, error);
    return found == null ? StatusCode.UNKNOWN : found.getStatusCode();
  }

  static boolean isAnswer(Throwable error) {
    return statusOf(error) != StatusCode.UNKNOWN;
  }

  private static <T> @Nullable T find(Class<T> type, @Nullable Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (type.isInstance(e)) {
        return type.cast(e);
      }
    }
    return null;
  }

  /** The error of the other store that the content comes from, or that it cannot be read. */
  static OvmsConverterException ofContent(Exception error, Location location) {
    OvmsConverterException other = find(OvmsConverterException.class, error);
    return other != null
        ? other
        : new TransferException(
            Problem.of("write")
                .on(location)
                .found("what is to be written cannot be read: " + error.getMessage()),
            error);
  }

  static TransferException interrupted(String tried, Location location) {
    return new TransferException(
        Problem.of(tried).on(location).found("the thread was interrupted").mayHelpToRetry());
  }

  static TransferException changed(Artifact artifact) {
    return new TransferException(Problem.of("read")
        .on(artifact.location())
        .found("it has changed since it was found")
        .remedy("try again when nobody writes to it")
        .mayHelpToRetry());
  }

  static BadRequestException setting(
      StoreSetting setting, String found, @Nullable Exception cause) {
    return new BadRequestException(
        Problem.of("use the setting")
            .on("'" + setting.name() + "'")
            .found(found)
            .remedy("correct it: " + setting.description()),
        cause);
  }

  static ConflictException conflict(Location location, String found) {
    return new ConflictException(
        Problem.of("write").on(location).found(found).remedy("choose another location"));
  }
}
