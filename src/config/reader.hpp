#pragma once
/// Reads one TOML table key by key and collects every fault on the way. Each getter also registers
/// its key, so that finish() can name the unknown keys. The only header of the program that
/// includes toml++.

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

/// Collects the faults of one file.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}
  void add(int line, std::string field, std::string text, std::string hint = "");
  /// Adds a hint to the last fault.
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

/// A value as it appears in an error: printable and shortened.
std::string in_quotes(std::string_view text);

enum class Need { required, optional };

struct Bounds {
  std::int64_t least;
  std::int64_t most;
};

class Reader {
 public:
  /// `path` is the name of the table in errors: "pool.mail"; "" for the file.
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
  /// The index of the value in `words`.
  std::optional<std::size_t> choice(std::string_view key, std::span<const std::string_view> words);
  std::optional<std::string> conninfo(std::string_view key);
  const toml::table* table(std::string_view key, Need need);
  const toml::array* array(std::string_view key, Need need);
  /// The tables of [[key]]; a fault if it is anything else.
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

  /// Adds a fault for every key that was not read.
  void finish();

 private:
  const toml::node* take(std::string_view key, Need need);
  void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted);

  const toml::table& table_;
  std::string path_;
  Faults& faults_;
  std::set<std::string, std::less<>> known_;
};

/// Describes a node for an error: "a number (15)", "the text \"abc\"", "a table".
std::string describe(const toml::node& node);

/// A daemon reads its file in the loop that also sends beats: this wait costs no lease.
inline constexpr Millis kPatience{500};
/// A command waits for a program that writes the file: apply <(generate).
inline constexpr Millis kPipePatience{5000};

/// Reads the file (at most kFileMax), or returns the one fault that prevented it. Waits for a pipe
/// no longer than `patience`, to its last byte.
Parsed<std::string> read_text_file(const std::string& path, Millis patience = kPatience);

/// Parses `text` and has `build` read it. Returns what it built, or every fault at once.
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
