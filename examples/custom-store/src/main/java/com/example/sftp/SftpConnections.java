package com.example.sftp;

import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.StoreSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.transport.verification.OpenSSHKnownHosts;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.method.AuthMethod;
import net.schmizz.sshj.userauth.method.AuthPassword;
import net.schmizz.sshj.userauth.method.AuthPublickey;
import net.schmizz.sshj.userauth.password.PasswordUtils;

/**
 * One connection to each server, made when it is needed and made anew when it was lost. All threads
 * share it: SFTP numbers its requests. Thread-safe.
 */
final class SftpConnections implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int ATTEMPTS = 3;
  private static final long PAUSE_MILLIS = 200;

  private final StoreSettings settings;
  private final Map<String, Connection> open = new HashMap<>();
  private boolean closed;

  SftpConnections(StoreSettings settings) {
    this.settings = settings;
  }

  private record Connection(SSHClient ssh, SFTPClient sftp) {
    boolean works() {
      return ssh.isConnected() && sftp.getSFTPEngine().getSubsystem().isOpen();
    }
  }

  /** What is asked of a server; the path is that of the location. */
  interface Work<T> {
    T with(SFTPClient sftp, String path) throws IOException;
  }

  /** Asks a server, a few times if the connection gets lost. */
  <T> T call(String tried, Location location, Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(tried, location, work);
      } catch (OvmsConverterException e) {
        boolean lost = e.getCause() instanceof IOException && e.problem().retryable();
        if (!lost || attempt == ATTEMPTS || !paused(attempt)) {
          throw e;
        }
      }
    }
  }

  /** Waits, longer each time; false if the thread is interrupted. */
  private static boolean paused(int attempt) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(PAUSE_MILLIS << attempt));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asks a server, once. */
  <T> T once(String tried, Location location, Work<T> work) {
    SftpLocation place = SftpLocation.of(location);
    try {
      return work.with(to(place), place.path());
    } catch (IOException e) {
      // Where the server did not answer, or the thread was interrupted, a request may have gone out
      // in part: what followed it would be taken for its rest.
      if (!SftpErrors.isAnswer(e)) {
        drop(place);
      }
      throw SftpErrors.translate(e, tried, location);
    }
  }

  synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the SFTP store is closed");
    }
  }

  private synchronized SFTPClient to(SftpLocation place) throws IOException {
    requireOpen();
    Connection known = open.get(place.server());
    if (known != null && known.works()) {
      return known.sftp();
    }
    drop(place);
    Connection made = connect(place);
    open.put(place.server(), made);
    return made.sftp();
  }

  private Connection connect(SftpLocation place) throws IOException {
    SSHClient ssh = new SSHClient();
    try {
      ssh.setConnectTimeout(TIMEOUT_MILLIS);
      ssh.addHostKeyVerifier(new OpenSSHKnownHosts(knownHosts()));
      ssh.connect(place.host(), place.port());
      ssh.auth(user(), methods(ssh));
      return new Connection(ssh, ssh.newSFTPClient());
    } catch (IOException | RuntimeException e) {
      close(ssh);
      throw e;
    }
  }

  private File knownHosts() {
    return settings
        .file(SftpStoreProvider.KNOWN_HOSTS)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".ssh", "known_hosts"))
        .toFile();
  }

  private String user() {
    return settings
        .text(SftpStoreProvider.USERNAME)
        .orElseGet(() -> System.getProperty("user.name"));
  }

  private List<AuthMethod> methods(SSHClient ssh) {
    List<AuthMethod> methods = new ArrayList<>();
    settings
        .file(SftpStoreProvider.PRIVATE_KEY)
        .map(file -> new AuthPublickey(load(ssh, file)))
        .ifPresent(methods::add);
    settings
        .text(SftpStoreProvider.PASSWORD)
        .map(password -> new AuthPassword(PasswordUtils.createOneOff(password.toCharArray())))
        .ifPresent(methods::add);
    return methods;
  }

  private static KeyProvider load(SSHClient ssh, Path file) {
    try {
      return ssh.loadKeys(file.toString());
    } catch (IOException e) {
      throw SftpErrors.setting(
          SftpStoreProvider.PRIVATE_KEY, "there is no private key in " + file, e);
    }
  }

  private synchronized void drop(SftpLocation place) {
    Connection lost = open.remove(place.server());
    if (lost != null) {
      close(lost.ssh());
    }
  }

  private static void close(SSHClient ssh) {
    try {
      ssh.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(connection -> close(connection.ssh()));
    open.clear();
  }
}
