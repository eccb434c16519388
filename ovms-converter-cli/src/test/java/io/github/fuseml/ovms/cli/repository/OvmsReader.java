package io.github.fuseml.ovms.cli.repository;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.fuseml.ovms.testkit.OvmsVersionParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a model repository by OVMS's rules: directories are versions by a lenient number parser, a
 * version is looked for under its plain number, a file set goes by suffixes, from object stores only
 * files of some suffixes are fetched, and only one page of 1,000 keys is listed.
 */
abstract class OvmsReader {
  /** What OVMS fetches from S3 and from Google's store. */
  private static final List<String> FETCHED = List.of(
      ".bin", ".onnx", ".xml", "mapping_config.json", ".pdiparams", ".pdmodel", ".pb", ".tflite");

  /** A pair as it was loaded. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
  record Loaded(long version, byte[] xml, byte[] bin) {}

  /** The names of the directories below the model's. */
  abstract Set<String> directories();

  /** The names of the files in a version's directory. */
  abstract List<String> files(long version);

  /** A file; empty when it is gone. */
  abstract Optional<byte[]> read(long version, String name);

  /** The newest version that can be loaded, as a poll finds it. */
  final Optional<Loaded> poll() {
    TreeSet<Long> versions = new TreeSet<>();
    for (String name : directories()) {
      OptionalLong number = OvmsVersionParser.parse(name);
      if (number.isPresent() && number.getAsLong() > 0) {
        versions.add(number.getAsLong());
      }
    }
    for (long version : versions.descendingSet()) {
      Optional<Loaded> loaded = load(version);
      if (loaded.isPresent()) {
        return loaded;
      }
    }
    return Optional.empty();
  }

  private Optional<Loaded> load(long version) {
    List<String> names = files(version);
    Optional<String> xml = names.stream().filter(name -> name.endsWith(".xml")).findFirst();
    Optional<String> bin = names.stream().filter(name -> name.endsWith(".bin")).findFirst();
    if (xml.isEmpty() || bin.isEmpty()) {
      return Optional.empty();
    }
    Optional<byte[]> description = read(version, xml.get());
    Optional<byte[]> weights = read(version, bin.get());
    return description.isPresent() && weights.isPresent()
        ? Optional.of(new Loaded(version, description.get(), weights.get()))
        : Optional.empty();
  }

  /** A directory of this machine. */
  static OvmsReader ofFiles(Path model) {
    return new OvmsReader() {
      @Override
      Set<String> directories() {
        return new TreeSet<>(names(model));
      }

      @Override
      List<String> files(long version) {
        return names(model.resolve(Long.toString(version)));
      }

      @Override
      Optional<byte[]> read(long version, String name) {
        try {
          return Optional.of(
              Files.readAllBytes(model.resolve(Long.toString(version)).resolve(name)));
        } catch (NoSuchFileException e) {
          return Optional.empty();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static List<String> names(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  /** A public bucket of a server that speaks S3. */
  static ObjectReader ofS3(URI server, String bucket, String model) {
    return new ObjectReader(model) {
      @Override
      List<String> list(String prefix) {
        String page = text(server.resolve("/" + bucket
            + "?list-type=2&max-keys=1000&encoding-type=url&prefix=" + encoded(prefix)));
        Matcher key = Pattern.compile("<Key>([^<]*)</Key>").matcher(page);
        List<String> keys = new ArrayList<>();
        while (key.find()) {
          keys.add(URLDecoder.decode(key.group(1), StandardCharsets.UTF_8));
        }
        return keys;
      }

      @Override
      URI location(String key) {
        return server.resolve("/" + bucket + "/" + key);
      }
    };
  }

  /** A bucket of an emulator of Google's store. */
  static ObjectReader ofGcs(URI server, String bucket, String model) {
    return new ObjectReader(model) {
      @Override
      List<String> list(String prefix) {
        String page = text(server.resolve(
            "/storage/v1/b/" + bucket + "/o?maxResults=1000&prefix=" + encoded(prefix)));
        List<String> keys = new ArrayList<>();
        JsonElement items = JsonParser.parseString(page).getAsJsonObject().get("items");
        if (items != null) {
          items
              .getAsJsonArray()
              .forEach(item -> keys.add(item.getAsJsonObject().get("name").getAsString()));
        }
        return keys;
      }

      @Override
      URI location(String key) {
        return server.resolve("/storage/v1/b/" + bucket + "/o/" + encoded(key) + "?alt=media");
      }
    };
  }

  abstract static class ObjectReader extends OvmsReader {
    private final HttpClient client = HttpClient.newHttpClient();
    private final String model;

    ObjectReader(String model) {
      this.model = model;
    }

    abstract List<String> list(String prefix);

    abstract URI location(String key);

    static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Everything below the model's directory. */
    List<String> keys() {
      return list(model + "/");
    }

    @Override
    Set<String> directories() {
      TreeSet<String> names = new TreeSet<>();
      for (String key : keys()) {
        String below = key.substring(model.length() + 1);
        if (below.indexOf('/') > 0) {
          names.add(below.substring(0, below.indexOf('/')));
        }
      }
      return names;
    }

    @Override
    List<String> files(long version) {
      String prefix = model + "/" + version + "/";
      return list(prefix).stream()
          .map(key -> key.substring(prefix.length()))
          .filter(name -> FETCHED.stream().anyMatch(name::endsWith))
          .toList();
    }

    @Override
    Optional<byte[]> read(long version, String name) {
      HttpResponse<byte[]> answer = get(location(model + "/" + version + "/" + name));
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    }

    String text(URI url) {
      HttpResponse<byte[]> answer = get(url);
      if (answer.statusCode() != 200) {
        throw new AssertionError(url + ": " + answer.statusCode());
      }
      return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> get(URI url) {
      try {
        return client.send(
            HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofByteArray());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }
}
