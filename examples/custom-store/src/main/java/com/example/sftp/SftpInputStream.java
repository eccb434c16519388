package com.example.sftp;

import io.github.fuseml.ovms.spi.Artifact;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import net.schmizz.sshj.sftp.SFTPClient;

/** A part of a file in the version that was found. */
final class SftpInputStream extends InputStream {
  /** What OpenSSH answers at once, and sshj takes. */
  private static final int REQUEST = 128 * 1024;

  private final SftpFile file;
  private final Artifact artifact;
  private final byte[] buffer;
  private int taken;
  private int filled;
  private long position;
  private long left;

  private SftpInputStream(SftpFile file, Artifact artifact, long offset, long length) {
    this.file = file;
    this.artifact = artifact;
    this.position = offset;
    this.left = length;
    this.buffer = new byte[(int) Math.min(length, REQUEST)];
  }

  static InputStream open(SFTPClient sftp, String path, Artifact artifact, long offset, long length)
      throws IOException {
    SftpFile file = SftpFile.open(sftp.getSFTPEngine(), path);
    try {
      // A write replaces the file by a rename: what is open stays in its old version.
      requireUnchanged(file, artifact);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    long rest = artifact.size() - offset;
    return new SftpInputStream(file, artifact, offset, length < 0 ? rest : Math.min(length, rest));
  }

  private static void requireUnchanged(SftpFile file, Artifact artifact) throws IOException {
    if (!SftpStore.revision(file.fetchAttributes()).equals(artifact.revision())) {
      throw SftpErrors.changed(artifact);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    file.requireOpen();
    if (length == 0) {
      return 0;
    }
    if (taken == filled) {
      if (left == 0) {
        return -1;
      }
      fill();
    }
    int count = Math.min(length, filled - taken);
    System.arraycopy(buffer, taken, bytes, offset, count);
    taken += count;
    return count;
  }

  private void fill() throws IOException {
    taken = 0;
    filled = 0;
    int count = file.read(position, buffer, 0, (int) Math.min(left, buffer.length));
    if (count <= 0) {
      throw new EOFException("it ended " + left + " bytes too early");
    }
    if (count == left) {
      requireUnchanged(file, artifact); // Not even by somebody who writes into it.
    }
    filled = count;
    position += count;
    left -= count;
  }

  @Override
  public void close() {
    file.close();
  }
}
