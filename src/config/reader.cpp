#include "config/reader.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "jobflip/base/escape.hpp"
#include "jobflip/config/conninfo.hpp"
#include "jobflip/config/duration.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::config {

void Faults::add(int line, std::string field, std::string text, std::string hint) {
  errors_.push_back({file_, line, std::move(field), std::move(text), std::move(hint)});
}

ConfigErrors Faults::take() {
  std::ranges::stable_sort(errors_, {}, &ConfigError::line);
  return ConfigErrors{std::move(errors_)};
}

int line_of(const toml::node& node) {
  return static_cast<int>(node.source().begin.line);
}

std::string in_quotes(std::string_view text) {
  return "\"" + printable(text, 60) + "\"";
}

std::string describe(const toml::node& node) {
  if (const auto* text = node.as_string()) {
    return "the text \"" + printable(text->get(), 60) + "\"";
  }
  if (node.is_table()) return "a table";
  if (node.is_array()) return "an array";
  std::ostringstream out;
  if (const auto* number = node.as_integer()) {
    out << "the number " << number->get();
  } else if (const auto* real = node.as_floating_point()) {
    out << "the number " << real->get();
  } else if (const auto* truth = node.as_boolean()) {
    out << (truth->get() ? "true" : "false");
  } else {
    out << "a date or time";
  }
  return out.str();
}

Reader::Reader(const toml::table& table, std::string path, Faults& faults)
    : table_(table), path_(std::move(path)), faults_(faults) {}

int Reader::line(std::string_view key) const {
  const auto* node = table_.get(key);
  return node == nullptr ? line() : line_of(*node);
}

std::string Reader::field(std::string_view key) const {
  return path_.empty() ? std::string{key} : path_ + "." + std::string{key};
}

void Reader::fault(std::string_view key, std::string text, std::string hint) const {
  faults_.add(line(key), field(key), std::move(text), std::move(hint));
}

const toml::node* Reader::take(std::string_view key, Need need) {
  known_.emplace(key);
  const auto* node = table_.get(key);
  if (node == nullptr && need == Need::required) fault(key, "is missing");
  return node;
}

void Reader::wrong_type(std::string_view key, const toml::node& node, std::string_view wanted) {
  fault(key, "is " + describe(node) + ", and must be " + std::string{wanted});
}

std::optional<std::string> Reader::text(std::string_view key, Need need, std::size_t max_bytes) {
  const auto* node = take(key, need);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value == nullptr) {
    wrong_type(key, *node, "text in quotes");
    return std::nullopt;
  }
  const auto& got = value->get();
  if (got.find_first_not_of(" \t\r\n") == std::string::npos) {
    fault(key, "is empty");
  } else if (got.size() > max_bytes) {
    fault(key, "is " + std::to_string(got.size()) + " bytes long, and may have " +
                   std::to_string(max_bytes));
  } else if (got.find('\0') != std::string::npos) {
    fault(key, "has a zero byte in it");
  } else {
    return got;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Reader::integer(std::string_view key, Bounds bounds) {
  const auto* node = take(key, Need::optional);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    wrong_type(key, *node, "a whole number");
    return std::nullopt;
  }
  if (value->get() < bounds.least || value->get() > bounds.most) {
    fault(key, "is " + std::to_string(value->get()) + ", and must be from " +
                   std::to_string(bounds.least) + " to " + std::to_string(bounds.most));
    return std::nullopt;
  }
  return value->get();
}

std::optional<bool> Reader::flag(std::string_view key) {
  const auto* node = take(key, Need::optional);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_boolean()) return value->get();
  wrong_type(key, *node, "true or false");
  return std::nullopt;
}

std::optional<double> Reader::number(std::string_view key, double least, double below) {
  const auto* node = take(key, Need::optional);
  if (node == nullptr) return std::nullopt;
  if (!node->is_number()) {
    wrong_type(key, *node, "a number");
    return std::nullopt;
  }
  const auto value = node->value<double>();
  if (!value || !std::isfinite(*value) || *value < least || *value >= below) {
    std::ostringstream out;
    out << "is " << describe(*node) << ", and must be at least " << least << " and below " << below;
    fault(key, out.str());
    return std::nullopt;
  }
  return value;
}

std::optional<Millis> Reader::duration(std::string_view key, Millis least) {
  const auto* node = take(key, Need::optional);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value == nullptr) {
    const bool bare = node->is_integer();
    wrong_type(key, *node, "a duration in quotes");
    if (bare) {
      const auto n = std::to_string(node->as_integer()->get());
      faults_.add_hint("write a unit, such as \"" + n + "s\" or \"" + n + "ms\"");
    }
    return std::nullopt;
  }
  const auto parsed = parse_duration(value->get());
  if (!parsed) {
    fault(key, parsed.error().text, parsed.error().hint);
    return std::nullopt;
  }
  if (*parsed < least) {
    fault(key, "is " + short_duration(*parsed) + ", and must be at least " + short_duration(least));
    return std::nullopt;
  }
  return *parsed;
}

std::optional<std::size_t> Reader::choice(std::string_view key,
                                          std::span<const std::string_view> words) {
  const auto value = text(key, Need::optional);
  if (!value) return std::nullopt;
  const auto found = std::ranges::find(words, *value);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const auto word : words)
    all += (all.empty() ? "" : ", ") + ("\"" + std::string{word} + "\"");
  fault(key, in_quotes(*value) + " can't be used", "use one of " + all);
  return std::nullopt;
}

std::optional<std::string> Reader::conninfo(std::string_view key) {
  const auto value = text(key, Need::required);
  if (!value) return std::nullopt;
  const auto why = why_not_conninfo(*value);
  if (why.empty()) return value;
  const bool password = why == kHoldsPassword;
  fault(key, "can't be used: " + why,
        password
            ? "put it into a password file of the daemon's user (chmod 600), and name that here: "
              "passfile=/etc/jobflip/agent.pgpass (supervisor.pgpass)"
            : "write it as libpq wants it, such as \"service=jobflip\" or \"host=/run/pg "
              "dbname=jobs\"");
  return std::nullopt;
}

const toml::table* Reader::table(std::string_view key, Need need) {
  const auto* node = take(key, need);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) wrong_type(key, *node, "a table, [" + field(key) + "]");
  return node->as_table();
}

const toml::array* Reader::array(std::string_view key, Need need) {
  const auto* node = take(key, need);
  if (node == nullptr) return nullptr;
  if (!node->is_array()) wrong_type(key, *node, "an array, [...]");
  return node->as_array();
}

std::vector<const toml::table*> Reader::tables(std::string_view key, Need need, std::size_t most) {
  std::vector<const toml::table*> out;
  const auto* node = take(key, need);
  if (node == nullptr) return out;
  const auto* list = node->as_array();
  const bool fits = list != nullptr && std::ranges::all_of(*list, &toml::node::is_table);
  if (!fits) {
    wrong_type(key, *node, "written as [[" + field(key) + "]]");
    return out;
  }
  if (list->size() > most) {
    fault(key, "is there " + std::to_string(list->size()) + " times, and may be at most " +
                   std::to_string(most) + " times");
    return out;
  }
  for (const auto& entry : *list) out.push_back(entry.as_table());
  return out;
}

void Reader::finish() {
  const std::vector<std::string> words(known_.begin(), known_.end());
  for (const auto& [key, node] : table_) {
    if (known_.contains(key.str())) continue;
    const auto near = nearest_word(key.str(), words);
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
    faults_.add(static_cast<int>(key.source().begin.line), field(printable(key.str(), 60)),
                "is not a known key here",
                near.empty() ? "known keys: " + all : "did you mean \"" + near + "\"?");
  }
}

}  // namespace jobflip::config
