package io.github.fuseml.ovms.core.internal.pipeline;

import io.github.fuseml.ovms.api.ConversionResult.PublishedFile;
import io.github.fuseml.ovms.api.Problem;
import io.github.fuseml.ovms.api.VerificationFailedException;
import io.github.fuseml.ovms.core.internal.io.IoErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Computes the SHA-256 of files in the background. */
final class FileDigests implements AutoCloseable {
  private static final int BUFFER = 256 * 1024;

  private final FutureTask<List<PublishedFile>> task;

  private FileDigests(Map<String, Path> files) {
    this.task = new FutureTask<>(() -> digestAll(files));
  }

  static FileDigests start(Map<String, Path> files) {
    FileDigests digests = new FileDigests(files);
    Thread thread = new Thread(digests.task, "ovms-digest");
    thread.setDaemon(true);
    thread.start();
    return digests;
  }

  /** The files with their sizes and digests, in their order. */
  List<PublishedFile> await() throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NoSuchFileException missing) {
        throw new VerificationFailedException(
            Problem.of("verify the converted model")
                .found("the engine did not write " + Path.of(missing.getFile()).getFileName())
                .remedy("convert again; if it stays so, this is a fault of the engine"),
            missing);
      }
      if (e.getCause() instanceof IOException io) {
        throw IoErrors.translate(io, "read again", "the converted model");
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static List<PublishedFile> digestAll(Map<String, Path> files) throws IOException {
    List<PublishedFile> result = new ArrayList<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      result.add(digest(file.getKey(), file.getValue()));
    }
    return result;
  }

  private static PublishedFile digest(String path, Path file) throws IOException {
    MessageDigest sha256 = sha256();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
        size += count;
      }
    }
    return new PublishedFile(path, size, HexFormat.of().formatHex(sha256.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has SHA-256.
    }
  }

  /** Stops computing; an interrupt ends the read that goes on. */
  @Override
  public void close() {
    task.cancel(true);
  }
}
