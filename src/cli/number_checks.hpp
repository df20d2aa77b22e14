#pragma once
/// What a word must be that names a flip, an incident or a maintenance by its number.

#include <CLI/CLI.hpp>
#include <string>

namespace jobflip::cli {

/// "" if the text is the number of a flip, else what is wrong with it.
std::string a_flips_number(const std::string& text);
/// The same for the number of an incident.
std::string an_incidents_number(const std::string& text);
/// The same for the number of a planned maintenance.
std::string a_maintenances_number(const std::string& text);
/// A number that `check` finds nothing wrong with, or "last".
CLI::Validator number_or_last(std::string (*check)(const std::string&));

}  // namespace jobflip::cli
