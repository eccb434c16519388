package com.example.sftp;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.OvmsConverterException;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.spi.Artifact;
import io.github.fuseml.ovms.spi.ArtifactPaths;
import io.github.fuseml.ovms.spi.ArtifactStore;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.StoreCapability;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.schmizz.sshj.sftp.FileAttributes;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.RemoteResourceInfo;
import net.schmizz.sshj.sftp.Response.StatusCode;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.sftp.SFTPException;

/** The files of SFTP servers. Links to files are files; links to directories are not listed. */
final class SftpStore implements ArtifactStore {
  private final SftpConnections connections;

  SftpStore(SftpConnections connections) {
    this.connections = connections;
  }

  @Override
  public Set<StoreCapability> capabilities() {
    return Set.of(StoreCapability.WRITE, StoreCapability.CREATE_ONLY);
  }

  /** All that SFTP tells: its times are whole seconds. */
  static String revision(FileAttributes attributes) {
    return attributes.getSize() + "-" + attributes.getMtime();
  }

  private static Artifact artifact(Location location, String path, FileAttributes attributes) {
    return new Artifact(location, path, attributes.getSize(), revision(attributes));
  }

  private Optional<FileAttributes> look(Location location) {
    return connections.call(
        "look at", location, (sftp, path) -> Optional.ofNullable(sftp.statExistence(path)));
  }

  @Override
  public Optional<Artifact> find(Location location) {
    connections.requireOpen();
    if (location.value().endsWith("/")) {
      return Optional.empty();
    }
    return look(location)
        .filter(attributes -> attributes.getType() == FileMode.Type.REGULAR)
        .map(attributes -> artifact(location, location.name(), attributes));
  }

  @Override
  public boolean exists(Location location) {
    return look(location).isPresent(); // The server refuses a slash behind a file.
  }

  @Override
  public List<Artifact> list(Location directory) {
    return connections.call("list", directory, (sftp, path) -> {
      List<Artifact> found = new ArrayList<>();
      collect(sftp, path, "", directory, found);
      found.sort(Comparator.comparing(Artifact::path));
      return found;
    });
  }

  private static void collect(
      SFTPClient sftp, String path, String prefix, Location root, List<Artifact> found)
      throws IOException {
    for (RemoteResourceInfo entry : children(sftp, path)) {
      String relative = ArtifactPaths.requireSafe(prefix + entry.getName(), root);
      FileAttributes attributes = entry.getAttributes();
      if (attributes.getType() == FileMode.Type.DIRECTORY) {
        collect(sftp, below(path, entry.getName()), relative + "/", root, found);
        continue;
      }
      if (attributes.getType() == FileMode.Type.SYMLINK) {
        attributes = sftp.statExistence(below(path, entry.getName()));
      }
      if (attributes != null
          && attributes.getType() == FileMode.Type.REGULAR
          && !SftpUpload.isTemporary(entry.getName())) {
        found.add(artifact(root.resolve(relative), relative, attributes));
      }
    }
  }

  private static String below(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  /** What is in a directory; nothing if it is none, perhaps since a moment ago. */
  private static List<RemoteResourceInfo> children(SFTPClient sftp, String path)
      throws IOException {
    try {
      return sftp.ls(path);
    } catch (SFTPException e) {
      if (e.getStatusCode() == StatusCode.NO_SUCH_FILE) {
        return List.of();
      }
      throw e;
    }
  }

  @Override
  public Set<String> listDirectories(Location directory) {
    return connections.call("list", directory, (sftp, path) -> {
      Set<String> names = new TreeSet<>();
      for (RemoteResourceInfo entry : children(sftp, path)) {
        if (entry.isDirectory()) {
          names.add(entry.getName());
        }
      }
      return names;
    });
  }

  @Override
  public InputStream read(Artifact artifact, long offset, long length) {
    if (offset < 0 || offset > artifact.size()) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " of " + artifact.size() + " bytes: " + artifact.location());
    }
    return connections.call(
        "read",
        artifact.location(),
        (sftp, path) -> SftpInputStream.open(sftp, path, artifact, offset, length));
  }

  /** Not tried again when the connection is lost: nobody could tell whether the rename was done. */
  @Override
  public Artifact write(Location location, Content content, WriteMode mode) {
    connections.requireOpen();
    if (location.value().endsWith("/")) {
      throw new BadRequestException(Problem.of("write")
          .on(location)
          .found("it ends in a slash, as no file does")
          .remedy("name a file"));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw SftpErrors.interrupted("write", location);
    }
    SftpUpload upload = new SftpUpload(location, content, mode);
    try {
      return artifact(location, location.name(), connections.once("write", location, upload::run));
    } catch (RuntimeException e) {
      undo(upload, location, e);
      throw e;
    }
  }

  private void undo(SftpUpload upload, Location location, RuntimeException error) {
    if (!upload.hasLeftSomething()) {
      return;
    }
    boolean interrupted = Thread.interrupted(); // Or nothing could be sent any more.
    try {
      connections.once("clean up below", location, (sftp, path) -> {
        upload.undo(sftp);
        return true;
      });
    } catch (OvmsConverterException | IllegalStateException e) {
      error.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void delete(Location location) {
    if (find(location).isEmpty()) {
      return; // Nothing, or a directory.
    }
    connections.call("delete", location, (sftp, path) -> {
      if (sftp.statExistence(path) != null) {
        sftp.rm(path);
      }
      return true;
    });
  }

  @Override
  public void close() {
    connections.close();
  }
}
