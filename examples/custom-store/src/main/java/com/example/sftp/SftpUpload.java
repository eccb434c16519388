package com.example.sftp;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Location;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.TransferException;
import io.github.fuseml.ovms.spi.Content;
import io.github.fuseml.ovms.spi.WriteMode;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.UUID;
import net.schmizz.sshj.sftp.FileAttributes;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.OpenMode;
import net.schmizz.sshj.sftp.RemoteFile;
import net.schmizz.sshj.sftp.RenameFlags;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.sftp.SFTPException;
import org.jspecify.annotations.Nullable;

/** One write: into a temporary sibling, which is then renamed. */
final class SftpUpload {
  private static final String TEMPORARY = ".ovms-sftp-";
  private static final int PIECE = 64 * 1024;
  private static final int UNCONFIRMED_PIECES = 16;

  private final Location location;
  private final Content content;
  private final WriteMode mode;
  private final Deque<String> madeDirectories = new ArrayDeque<>();
  private @Nullable String temporary;

  SftpUpload(Location location, Content content, WriteMode mode) {
    this.location = location;
    this.content = content;
    this.mode = mode;
  }

  static boolean isTemporary(String name) {
    return name.startsWith(TEMPORARY);
  }

  /** Writes it, and answers what the file is now. */
  FileAttributes run(SFTPClient sftp, String path) throws IOException {
    FileAttributes there = sftp.statExistence(path);
    if (there != null && there.getType() == FileMode.Type.DIRECTORY) {
      throw SftpErrors.conflict(location, "it is a directory");
    }
    if (there != null && mode == WriteMode.CREATE_ONLY) {
      throw SftpErrors.conflict(location, "it exists already");
    }
    if (mode == WriteMode.REPLACE) {
      requireReplacing(sftp);
    }
    long size = sizeOfContent();
    String parent = parentOf(path);
    makeDirectories(sftp, parent);
    String sibling = parent + (parent.endsWith("/") ? "" : "/") + TEMPORARY + UUID.randomUUID();
    temporary = sibling;
    FileAttributes written = send(sftp, sibling, size);
    if (there != null) {
      written = distinguish(sftp, sibling, written, there);
    }
    rename(sftp, sibling, path);
    temporary = null;
    madeDirectories.clear();
    return written;
  }

  private void requireReplacing(SFTPClient sftp) {
    if (!sftp.getSFTPEngine().supportsServerExtension("posix-rename", "openssh.com")) {
      throw new BadRequestException(Problem.of("write")
          .on(location)
          .found("this server cannot replace a file in one step: it lacks posix-rename@openssh.com")
          .remedy("use another server, such as OpenSSH's"));
    }
  }

  /** Removes what a write that failed has left. */
  void undo(SFTPClient sftp) throws IOException {
    if (temporary != null && sftp.statExistence(temporary) != null) {
      sftp.rm(temporary);
    }
    while (!madeDirectories.isEmpty()) {
      sftp.rmdir(madeDirectories.pop()); // Fails if somebody else uses it by now, as it should.
    }
  }

  boolean hasLeftSomething() {
    return temporary != null || !madeDirectories.isEmpty();
  }

  private static String parentOf(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  private void makeDirectories(SFTPClient sftp, String directory) throws IOException {
    FileAttributes there = sftp.statExistence(directory);
    if (there == null) {
      makeDirectories(sftp, parentOf(directory));
      makeDirectory(sftp, directory);
    } else if (there.getType() != FileMode.Type.DIRECTORY) {
      throw SftpErrors.conflict(location, directory + " is a file");
    }
  }

  private void makeDirectory(SFTPClient sftp, String directory) throws IOException {
    try {
      sftp.mkdir(directory);
      madeDirectories.push(directory);
    } catch (SFTPException e) {
      if (sftp.statExistence(directory) == null) { // Else another writer was faster.
        throw e;
      }
    }
  }

  private FileAttributes send(SFTPClient sftp, String file, long size) throws IOException {
    EnumSet<OpenMode> create = EnumSet.of(OpenMode.WRITE, OpenMode.CREAT, OpenMode.EXCL);
    try (InputStream in = openContent(size);
        OpenFile open = new OpenFile(sftp.open(file, create))) {
      RemoteFile remote = open.file();
      // Sends on while the server has not yet answered to all of what it has got.
      RemoteFile.RemoteFileOutputStream out =
          remote.new RemoteFileOutputStream(0, UNCONFIRMED_PIECES);
      byte[] piece = new byte[PIECE];
      for (long left = size; left > 0; ) {
        int count = readContent(in, piece, (int) Math.min(left, PIECE));
        out.write(piece, 0, count);
        content.sent(count);
        left -= count;
      }
      out.flush();
      FileAttributes written = remote.fetchAttributes();
      if (written.getSize() != size) {
        throw failed("the server has %d bytes of %d".formatted(written.getSize(), size));
      }
      return written;
    }
  }

  /**
   * A file that fails to close with an exception of its own: where the connection is lost, sshj throws
   * one and the same from everything, and Java lets no exception suppress itself.
   */
  private record OpenFile(RemoteFile file) implements Closeable {
    @Override
    public void close() throws IOException {
      try {
        file.close();
      } catch (IOException e) {
        throw new IOException("cannot close " + file.getPath() + ": " + e.getMessage(), e);
      }
    }
  }

  private long sizeOfContent() {
    try {
      return content.size();
    } catch (UncheckedIOException e) {
      throw SftpErrors.ofContent(e, location);
    }
  }

  private InputStream openContent(long size) {
    try {
      return content.open(0, size);
    } catch (IOException e) {
      throw SftpErrors.ofContent(e, location);
    }
  }

  private int readContent(InputStream in, byte[] piece, int length) {
    int count;
    try {
      count = in.readNBytes(piece, 0, length);
    } catch (IOException e) {
      throw SftpErrors.ofContent(e, location);
    }
    if (count < length) {
      throw failed("what is to be written is shorter than it was said to be");
    }
    return count;
  }

  private TransferException failed(String found) {
    return new TransferException(Problem.of("write").on(location).found(found).mayHelpToRetry());
  }

  /**
   * SFTP tells times in seconds, so what replaces a file of the same size within one would look like
   * the old one. Its time is set so that it is later.
   */
  private static FileAttributes distinguish(
      SFTPClient sftp, String file, FileAttributes written, FileAttributes old) throws IOException {
    if (written.getSize() != old.getSize() || written.getMtime() > old.getMtime()) {
      return written;
    }
    sftp.setattr(
        file,
        new FileAttributes.Builder()
            .withAtimeMtime(written.getAtime(), old.getMtime() + 1)
            .build());
    return sftp.stat(file);
  }

  private void rename(SFTPClient sftp, String from, String to) throws IOException {
    if (mode == WriteMode.REPLACE) {
      sftp.rename(from, to, EnumSet.of(RenameFlags.OVERWRITE)); // By posix-rename.
      return;
    }
    try {
      sftp.rename(from, to); // Of version 3: fails if the target exists.
    } catch (SFTPException e) {
      if (SftpErrors.isAnswer(e) && sftp.statExistence(to) != null) {
        throw SftpErrors.conflict(location, "somebody else wrote it at the same time");
      }
      throw e;
    }
  }
}
