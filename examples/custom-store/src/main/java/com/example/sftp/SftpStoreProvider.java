package com.example.sftp;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.StoreSetting;
import io.github.fuseml.ovms.api.StoreSetting.Kind;
import io.github.fuseml.ovms.api.StoreSettings;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.ArtifactStoreProvider;
import io.github.fuseml.ovms.spi.StoreRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Opens stores for {@code sftp://host:port/path}. Found by {@link java.util.ServiceLoader}. */
public final class SftpStoreProvider implements ArtifactStoreProvider {
  static final StoreSetting USERNAME = StoreSetting.of(
          "username", Kind.TEXT, "The user on the server")
      .byDefault("the user of this process")
      .from("SFTP_USERNAME");
  static final StoreSetting PASSWORD =
      StoreSetting.of("password", Kind.SECRET, "The user's password").from("SFTP_PASSWORD");
  static final StoreSetting PRIVATE_KEY = StoreSetting.of(
          "privateKey",
          Kind.FILE,
          "The user's private key, not encrypted; tried before the password")
      .from("SFTP_PRIVATE_KEY");
  static final StoreSetting KNOWN_HOSTS = StoreSetting.of(
          "knownHosts", Kind.FILE, "The host keys to trust, in the format of OpenSSH")
      .byDefault("~/.ssh/known_hosts")
      .from("SFTP_KNOWN_HOSTS");

  /** For {@link java.util.ServiceLoader}, or to be registered on the converter's builder. */
  public SftpStoreProvider() {}

  @Override
  public String id() {
    return "sftp";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("sftp");
  }

  @Override
  public List<StoreSetting> settings() {
    return List.of(USERNAME, PASSWORD, PRIVATE_KEY, KNOWN_HOSTS);
  }

  @Override
  public ArtifactStore open(StoreSettings settings, StoreRole role) {
    if (settings.text(PASSWORD).isEmpty() && settings.file(PRIVATE_KEY).isEmpty()) {
      throw new BadRequestException(Problem.of("open the store")
          .on("'sftp'")
          .found("neither privateKey nor password is set")
          .remedy("set one of them"));
    }
    settings.file(PRIVATE_KEY).ifPresent(file -> requireReadable(file, PRIVATE_KEY));
    settings.file(KNOWN_HOSTS).ifPresent(file -> requireReadable(file, KNOWN_HOSTS));
    return new SftpStore(new SftpConnections(settings));
  }

  private static void requireReadable(Path file, StoreSetting setting) {
    if (!Files.isReadable(file)) {
      throw SftpErrors.setting(setting, "there is no file that can be read at " + file, null);
    }
  }
}
