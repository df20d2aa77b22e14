#pragma once
/// Reads one TOML table key by key and collects every fault on the way. Each `take` also makes its
/// key known, so that finish() can name the keys that nobody asked for. The only header of the
/// program that includes toml++.

#include <toml++/toml.h>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/config/error.hpp"
#include "jobflip/config/files.hpp"

namespace jobflip::config {

/// Where the faults of one file gather.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}
  void add(int line, std::string field, std::string text, std::string hint = "");
  /// Gives the last fault its mend.
  void add_hint(std::string hint) { errors_.back().hint = std::move(hint); }
  bool none() const { return errors_.empty(); }
  std::size_t count() const { return errors_.size(); }
  /// In the order of their lines.
  ConfigErrors take();

 private:
  std::string file_;
  std::vector<ConfigError> errors_;
};

int line_of(const toml::node& node);

/// A value as an error names it: made harmless, and not at any length.
std::string in_quotes(std::string_view text);

enum class Need { required, optional };

struct Bounds {
  std::int64_t least;
  std::int64_t most;
};

class Reader {
 public:
  /// `path` is what the fields of the table are called in errors: "pool.mail"; "" for the file.
  Reader(const toml::table& table, std::string path, Faults& faults);

  bool has(std::string_view key) const { return table_.contains(key); }
  int line() const { return line_of(table_); }
  /// Line of the key's value, else of the table.
  int line(std::string_view key) const;
  std::string field(std::string_view key) const;
  void fault(std::string_view key, std::string text, std::string hint = "") const;

  /// Empty if the key is missing, or its value is not valid (then the fault is added).
  std::optional<std::string> text(std::string_view key, Need need, std::size_t max_bytes = 4096);
  std::optional<std::int64_t> integer(std::string_view key, Bounds bounds);
  std::optional<bool> flag(std::string_view key);
  std::optional<double> number(std::string_view key, double least, double below);
  std::optional<Millis> duration(std::string_view key, Millis least);
  /// The place of the value among `words`.
  std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> words);
  std::optional<std::string> conninfo(std::string_view key);
  const toml::table* table(std::string_view key, Need need);
  const toml::array* array(std::string_view key, Need need);
  /// The tables of [[key]]; a fault where it is anything else.
  std::vector<const toml::table*> tables(std::string_view key, Need need, std::size_t most);

  template <class NameType>
  NameType name(std::string_view key, std::string_view what) {
    const auto value = text(key, Need::required);
    if (!value) return {};
    auto parsed = NameType::parse(*value, what);
    if (parsed) return *parsed;
    fault(key, parsed.error().text, parsed.error().hint);
    return {};
  }

  /// Names every key that nobody took.
  void finish();

 private:
  const toml::node* take(std::string_view key, Need need);
  void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted);

  const toml::table& table_;
  std::string path_;
  Faults& faults_;
  std::set<std::string, std::less<>> known_;
};

/// What stands there, for an error: "a number (15)", "the text \"abc\"", "a table".
std::string describe(const toml::node& node);

/// A daemon's file is read in the loop that also beats: this long, and no lease notices.
inline constexpr Millis kPatience{500};

/// Reads the file (at most kFileMax); or the one fault that kept it from being read. A pipe is
/// waited for no longer than `patience`, from its first byte to its last.
Parsed<std::string> read_text_file(const std::string& path, Millis patience = kPatience);

/// Parses `text` and has `build` read it; every fault at once, or what it built.
template <class T>
Parsed<T> parse_toml(std::string_view text, const std::string& file,
                     const std::function<T(Reader&, Faults&)>& build);

std::optional<toml::table> parse_document(std::string_view text, Faults& faults);

template <class T>
Parsed<T> parse_toml(std::string_view text, const std::string& file,
                     const std::function<T(Reader&, Faults&)>& build) {
  Faults faults{file};
  const auto document = parse_document(text, faults);
  if (!document) return faults.take();
  Reader root{*document, "", faults};
  T value = build(root, faults);
  root.finish();
  if (!faults.none()) return faults.take();
  return value;
}

/// [store] conninfo and runtime_dir, which agents and supervisors both have.
std::string read_store(Reader& root, Faults& faults);
std::string read_runtime_dir(Reader& root, const std::string& otherwise);

}  // namespace jobflip::config
