# Makes the launchers in /build/bin, and below $1 a Java runtime and the options it is started with.
set -eu
home=$1

mkdir -p /build/bin
gcc -std=c17 -Os -s -static -Wall -Wextra -Werror -DHOME_DIRECTORY="\"$home\"" \
  -o /build/bin/ovms-converter /build/launcher.c
ln -s ovms-converter /build/bin/run

# jdeps finds what the jars use by name; what they look for at run time comes on top: elliptic
# curves of TLS, and names by DNS. Nothing is drawn, though beans are part of the desktop's module.
modules=$(jdeps --print-module-deps --ignore-missing-deps --multi-release 25 -q "$home"/lib/*.jar)
echo "modules: $modules"
jlink --add-modules "$modules,jdk.crypto.ec,jdk.naming.dns" --output "$home/jre" \
  --no-header-files --no-man-pages --strip-java-debug-attributes --compress zip-0 \
  --exclude-files '**.debuginfo,**.diz,**/libawt*,**/libfontmanager*,**/libfreetype*,**/libjavajpeg*,**/liblcms*,**/libmlib_image*,**/libsplashscreen*,**/libjsound*,**/libjawt*,**/psfont*'
find "$home/jre/lib" -name '*.so' -exec strip --strip-unneeded {} +
# Debian's runtime has a link in this place, to a file of another package.
cacerts=$(readlink -f "$(dirname "$(readlink -f "$(command -v javac)")")/../lib/security/cacerts")
rm -f "$home/jre/lib/security/cacerts"
cp "$cacerts" "$home/jre/lib/security/cacerts"
rm -f "$home"/jre/lib/server/*.jsa

# An archive holds for one order of the jars only.
class_path=
for jar in "$home"/lib/*.jar; do class_path=$class_path${class_path:+:}$jar; done
{ cat /build/java.options && printf '%s\n' "-cp $class_path"; } >"$home/java.options"
chmod -R u=rwX,go=rX "$home"
