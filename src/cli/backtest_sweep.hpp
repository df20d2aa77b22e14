#pragma once
/// The settings that a backtest tries: those of --settings and --set over a base, and each
/// combination of the values of --set.

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "jobflip/config/error.hpp"
#include "jobflip/core/settings.hpp"

namespace jobflip::cli {

inline constexpr std::size_t kMostSweptSettings = 2;

struct Variant {
  std::vector<std::string> values;  // one for each setting that is swept
  core::QueueSettings settings;
  bool sets_pace{false};  // sample_every is among what was given
};

struct Sweep {
  std::vector<std::string> keys;
  std::vector<Variant> variants;  // at least one
};

/// How many settings have several values.
std::size_t swept_settings(const Options& options);

config::Parsed<Sweep> read_sweep(const Options& options, const core::QueueSettings& base);

}  // namespace jobflip::cli
