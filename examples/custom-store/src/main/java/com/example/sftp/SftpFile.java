package com.example.sftp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import net.schmizz.concurrent.Promise;
import net.schmizz.sshj.sftp.FileAttributes;
import net.schmizz.sshj.sftp.OpenMode;
import net.schmizz.sshj.sftp.PacketType;
import net.schmizz.sshj.sftp.RemoteFile;
import net.schmizz.sshj.sftp.Response;
import net.schmizz.sshj.sftp.SFTPEngine;
import net.schmizz.sshj.sftp.SFTPException;
import org.jspecify.annotations.Nullable;

/** A file that is open for reading, and whose reader another thread can wake. */
final class SftpFile extends RemoteFile {
  private @Nullable Promise<Response, SFTPException> awaited;
  private boolean closed;

  private SftpFile(SFTPEngine engine, String path, byte[] handle) {
    super(engine, path, handle);
  }

  static SftpFile open(SFTPEngine engine, String path) throws IOException {
    byte[] handle = engine
        .request(engine
            .newRequest(PacketType.OPEN)
            .putString(path, StandardCharsets.UTF_8)
            .putUInt32(OpenMode.toMask(EnumSet.of(OpenMode.READ)))
            .putFileAttributes(FileAttributes.EMPTY))
        .retrieve(engine.getTimeoutMs(), TimeUnit.MILLISECONDS)
        .ensurePacketTypeIs(PacketType.HANDLE)
        .readBytes();
    return new SftpFile(engine, path, handle);
  }

  @Override
  public int read(long fileOffset, byte[] to, int offset, int length) throws IOException {
    Promise<Response, SFTPException> answer;
    synchronized (this) {
      requireOpen();
      answer = asyncRead(fileOffset, length);
      awaited = answer;
    }
    Response response = answer.retrieve(requester.getTimeoutMs(), TimeUnit.MILLISECONDS);
    return checkReadResponse(response, to, offset);
  }

  synchronized void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
  }

  /** Wakes the reader, and does not wait for the server's answer. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (awaited != null) {
      awaited.deliverError(new SFTPException("the stream was closed"));
    }
    try {
      requester.request(newRequest(PacketType.CLOSE));
    } catch (IOException e) {
      // The connection is lost, and the file closed with it.
    }
  }
}
