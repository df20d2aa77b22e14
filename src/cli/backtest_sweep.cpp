#include "cli/backtest_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/split.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/files.hpp"
#include "jobflip/core/settings_fields.hpp"

namespace jobflip::cli {
namespace {

constexpr std::size_t kMostVariants = 400;

/// The lines of the file, without the keys that are set beside it.
std::string without_keys(const std::string& text, const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& line : split(text, '\n')) {
    auto key = line.substr(0, line.find('='));
    while (!key.empty() && (key.back() == ' ' || key.back() == '\t')) key.pop_back();
    key.erase(0, key.find_first_not_of(" \t"));
    const bool replaced = std::ranges::find(keys, key) != keys.end();
    out += (replaced ? "" : line) + "\n";
  }
  return out;
}

/// The keys that the lines set.
std::vector<std::string> keys_of(const std::string& text) {
  std::vector<std::string> keys;
  for (const std::string& line : split(text, '\n')) {
    const auto first = line.find_first_not_of(" \t");
    const auto end = line.find_first_of(" \t=", first);
    if (first != std::string::npos && line[first] != '#' && end != std::string::npos)
      keys.push_back(line.substr(first, end - first));
  }
  return keys;
}

/// `base` with those keys of `other`.
core::QueueSettings overlaid(core::QueueSettings base, const core::QueueSettings& other,
                             const std::vector<std::string>& keys) {
  for (const auto& field : core::fields_of<core::QueueSettings>()) {
    if (std::ranges::find(keys, field.key) == keys.end()) continue;
    std::visit(
        [&](const auto& member) {
          if constexpr (std::is_member_object_pointer_v<std::decay_t<decltype(member)>>)
            base.*member = other.*member;
          else
            member.set(base, member.get(other));
        },
        field.member);
  }
  return base;
}

/// What is wrong with KEY=VALUE before its value is read.
std::optional<config::ConfigError> fault_of_set(const std::string& set) {
  constexpr std::array<std::string_view, 7> kSources{"name",   "database", "preset", "schema",
                                                     "prefix", "table",    "query"};
  const auto such_as = std::string{"such as --set stall_after=90s"};
  const auto equals = set.find('=');
  const auto key = set.substr(0, equals);
  if (equals == std::string::npos || key.empty())
    return config::ConfigError{"--set", 0, printable(set, 60), "is no KEY=VALUE", such_as};
  if (std::ranges::count(kSources, key) > 0)
    return config::ConfigError{"--set", 0, key,
                               "says where a queue is read, and changes nothing about readings",
                               "leave it out; --set is for settings such as stall_after"};
  const auto values = split(set.substr(equals + 1), ',');
  if (std::ranges::count(values, "") > 0)
    return config::ConfigError{"--set", 0, key, "has no value", such_as};
  return std::nullopt;
}

}  // namespace

std::size_t swept_settings(const Options& options) {
  return static_cast<std::size_t>(std::ranges::count_if(
      options.set, [](const auto& set) { return set.find(',', set.find('=')) != set.npos; }));
}

/// Every combination of the values of --set, over the settings file.
config::Parsed<Sweep> read_sweep(const Options& options, const core::QueueSettings& base_settings) {
  const auto file = options.settings.empty() ? config::Parsed<std::string>{std::string{}}
                                             : config::read_queue_settings(options.settings);
  if (!file) return file.error();
  Sweep sweep;
  std::vector<std::string> all_keys;
  std::vector<std::vector<std::string>> values;
  for (const std::string& set : options.set) {
    if (const auto fault = fault_of_set(set)) return config::ConfigErrors{{*fault}};
    const auto equals = set.find('=');
    all_keys.push_back(set.substr(0, equals));
    values.push_back(split(set.substr(equals + 1), ','));
  }
  std::size_t count = 1;
  for (const auto& one : values) count *= one.size();
  if (count > kMostVariants)
    return config::ConfigErrors{{{"--set", 0, "", fmt::format("{} combinations", count),
                                  fmt::format("at most {} at once", kMostVariants)}}};
  const auto base = without_keys(*file, all_keys);
  const auto name = options.settings.empty() ? "--set" : options.settings;
  for (std::size_t place = 0; place < count; ++place) {
    Variant variant;
    std::string text = base;
    for (std::size_t i = 0, rest = place; i < values.size(); rest /= values[i].size(), ++i) {
      const auto& value = values[i][rest % values[i].size()];
      text += all_keys[i] + " = " + value + "\n";
      if (values[i].size() > 1) variant.values.push_back(value);
    }
    auto settings = config::parse_queue_settings(text, name);
    if (!settings) return settings.error();
    const auto given = keys_of(text);
    variant.settings = overlaid(base_settings, *settings, given);
    variant.sets_pace = std::ranges::find(given, "sample_every") != given.end();
    sweep.variants.push_back(std::move(variant));
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i].size() > 1) sweep.keys.push_back(all_keys[i]);
  return sweep;
}

}  // namespace jobflip::cli
