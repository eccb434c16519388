package io.github.fuseml.ovms.gcs;

import com.google.auth.Credentials;
import com.google.auth.http.HttpTransportFactory;
import com.google.auth.oauth2.GoogleCredentials;
import io.github.fuseml.ovms.api.AccessDeniedException;
import io.github.fuseml.ovms.api.AccessDeniedException.Reason;
import io.github.fuseml.ovms.api.BadRequestException;
import io.github.fuseml.ovms.api.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds Google's credentials as the settings say. */
final class GcsCredentials {
  private static final List<String> SCOPES =
      List.of("https://www.googleapis.com/auth/devstorage.read_write");

  private GcsCredentials() {}

  /** The credentials; null for none. */
  static @Nullable Credentials find(GcsSettings settings, HttpTransportFactory transport) {
    Optional<Path> file = settings.credentialsFile();
    if (file.isPresent()) {
      return read(file.get(), transport);
    }
    if (!settings.usesMachine()) {
      return null;
    }
    try {
      return GoogleCredentials.getApplicationDefault(transport).createScoped(SCOPES);
    } catch (IOException e) {
      if (settings.needsCredentials()) {
        throw new AccessDeniedException(
            Problem.of("find Google's credentials")
                .found("this machine has none")
                .remedy("give 'credentialsFile', run 'gcloud auth application-default login', or"
                    + " use a service account of the platform"),
            Reason.CREDENTIALS_MISSING,
            e);
      }
      return null; // A public bucket needs none; another one will say so.
    }
  }

  private static Credentials read(Path file, HttpTransportFactory transport) {
    try (InputStream in = Files.newInputStream(file)) {
      return GoogleCredentials.fromStream(in, transport).createScoped(SCOPES);
    } catch (NoSuchFileException e) {
      throw refused(file, "there is no such file");
    } catch (IOException | IllegalArgumentException e) {
      // No cause and no message: the parser's may repeat what is in the file.
      throw refused(file, "it holds no credentials that can be read");
    }
  }

  private static BadRequestException refused(Path file, String found) {
    return new BadRequestException(Problem.of("read the credentials in")
        .on(file)
        .found(found)
        .remedy("give the JSON file of a service account ('credentialsFile')"));
  }
}
