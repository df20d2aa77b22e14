#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "config/nesting.hpp"
#include "config/reader.hpp"
#include "jobflip/base/descriptor.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/base/time.hpp"

namespace jobflip::config {
namespace {

ConfigErrors whole_file(const std::string& path, std::string text, std::string hint) {
  return ConfigErrors{{ConfigError{path, 0, "", std::move(text), std::move(hint)}}};
}

/// False if nothing came until then. For a named pipe, poll also waits for the first writer.
bool await_bytes(int fd, std::chrono::steady_clock::time_point give_up) {
  for (;;) {
    const auto left = std::chrono::ceil<Millis>(give_up - std::chrono::steady_clock::now());
    if (left <= Millis{0}) return false;
    pollfd one{fd, POLLIN, 0};
    if (::poll(&one, 1, static_cast<int>(left.count())) > 0) return true;
  }
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Parsed<std::string> read_text_file(const std::string& path, Millis patience) {
  // not blocking: a pipe without a writer would hold up an agent's beats, and so end its lease
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  if (!file.open()) {
    const int why = errno;
    return whole_file(path, std::string{"can't be read: "} + std::strerror(why),
                      why == EACCES ? "run this as a user who may read it"
                                    : "check the path; it is read from the folder you are in");
  }
  struct stat about {};
  if (::fstat(file.fd(), &about) == 0 && S_ISDIR(about.st_mode)) {
    return whole_file(path, "is a folder", "name the .toml file in it");
  }
  const auto give_up = std::chrono::steady_clock::now() + patience;
  std::string text;
  std::array<char, 65536> block{};
  for (;;) {
    if (!S_ISREG(about.st_mode) && !await_bytes(file.fd(), give_up)) {
      return whole_file(path,
                        "is not a regular file, and was not written to its end within " +
                            short_duration(patience),
                        "is it the file that you meant?");
    }
    const auto got = ::read(file.fd(), block.data(), block.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return whole_file(path, "can't be read to its end", "");
    if (got == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > kFileMax) {
      return whole_file(path, "is larger than 1 MiB", "is it the file that you meant?");
    }
  }
}

std::optional<toml::table> parse_document(std::string_view text, Faults& faults) {
  if (text.size() > kFileMax) {
    faults.add(0, "", "is larger than 1 MiB");
    return std::nullopt;
  }
  if (const auto deep = find_too_deep(text)) {
    faults.add(deep->line, "", "can't be read: " + deep->text, "no key here has more than four");
    return std::nullopt;
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    faults.add(static_cast<int>(error.source().begin.line), "",
               "is not valid TOML: " + printable(error.description(), 300));
  } catch (const std::exception& error) {
    faults.add(0, "", std::string{"can't be read: "} + printable(error.what(), 300));
  }
  return std::nullopt;
}

std::string default_runtime_dir() {
  // systemd may list several folders; the first is the one that the unit was given
  if (const auto given = environment("RUNTIME_DIRECTORY"); !given.empty()) {
    return given.substr(0, given.find(':'));
  }
  if (::geteuid() == 0) return "/run/jobflip";
  if (const auto own = environment("XDG_RUNTIME_DIR"); !own.empty()) return own + "/jobflip";
  return "";
}

std::string read_store(Reader& root, Faults& faults) {
  const auto* table = root.table("store", Need::required);
  if (table == nullptr) return "";
  Reader store{*table, "store", faults};
  auto conninfo = store.conninfo("conninfo");
  store.finish();
  return conninfo.value_or("");
}

std::string read_runtime_dir(Reader& root, const std::string& otherwise) {
  if (!root.has("runtime_dir") && otherwise.empty()) {
    root.fault("runtime_dir",
               "is missing, and neither $RUNTIME_DIRECTORY nor $XDG_RUNTIME_DIR is set",
               "name a folder that only this user can write to");
  }
  const auto value = root.text("runtime_dir", Need::optional);
  if (!value) return otherwise;
  if (!value->starts_with('/')) {
    root.fault("runtime_dir", in_quotes(*value) + " does not begin with \"/\"",
               "write the whole path");
  }
  return *value;
}

}  // namespace jobflip::config
