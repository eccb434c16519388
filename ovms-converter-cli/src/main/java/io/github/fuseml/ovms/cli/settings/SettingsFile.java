package io.github.fuseml.ovms.cli.settings;

import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of settings: {@code NAME=VALUE} lines in UTF-8. White space around names and values does
 * not count, nor do empty lines and those that begin with {@code #}; there are no quotes and no
 * escapes, for secrets hold every character. No message shows anything of a line but its number.
 */
final class SettingsFile {
  /** A file of settings is a few lines; whatever is longer is another file. */
  private static final int LIMIT = 1 << 16;

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final Path path;
  private final Map<String, String> values = new HashMap<>();

  private SettingsFile(Path path) {
    this.path = path;
  }

  /** Reads a file. */
  static SettingsFile read(Path path) {
    SettingsFile file = new SettingsFile(path);
    List<String> lines = text(path).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      file.add(lines.get(i).strip(), i + 1);
    }
    return file;
  }

  private static String text(Path path) {
    // Read as a stream: it may be a pipe of the shell.
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw wrong(path, "it is longer than " + LIMIT + " bytes");
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw unreadable(path, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw unreadable(path, "it may not be read", e);
    } catch (IOException e) {
      throw unreadable(path, String.valueOf(e.getMessage()), e);
    }
  }

  private void add(String line, int number) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    int equals = line.indexOf('=');
    String name = equals < 0 ? "" : line.substring(0, equals).strip();
    if (name.isEmpty()) {
      throw wrong(path, "line " + number + " is not of the form NAME=VALUE");
    }
    if (values.put(name, line.substring(equals + 1).strip()) != null) {
      throw wrong(path, "line " + number + " sets again what an earlier line has set");
    }
  }

  Map<String, String> values() {
    return values;
  }

  /** Whether others than its owner and group may read it; false where nobody can tell. */
  boolean isReadableByAll() {
    try {
      return Files.isRegularFile(path)
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static BadRequestException wrong(Path path, String found) {
    return new BadRequestException(Problem.of("read the settings")
        .on(path)
        .found(found)
        .remedy("write a line NAME=VALUE for each; 'ovms-converter stores' lists the names"));
  }

  private static BadRequestException unreadable(Path path, String found, IOException cause) {
    return new BadRequestException(
        Problem.of("read the settings")
            .on(path)
            .found(found)
            .remedy("name a file that can be read"),
        cause);
  }
}
