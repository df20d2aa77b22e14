#include "cli/number_checks.hpp"

#include "cli/options.hpp"

namespace jobflip::cli {
namespace {

bool is_a_number(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 18 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  return digits && text.find_first_not_of('0') != std::string::npos;
}

}  // namespace

std::string a_flips_number(const std::string& text) {
  return is_a_number(text) ? "" : "\"" + text + "\" is not a flip number";
}

std::string an_incidents_number(const std::string& text) {
  return is_a_number(text) ? "" : "\"" + text + "\" is not the number of an incident";
}

std::string a_maintenances_number(const std::string& text) {
  return is_a_number(text) ? ""
                           : "\"" + text +
                                 "\" is not the number of a maintenance: `jobflip service "
                                 "maintenance` lists them";
}

CLI::Validator number_or_last(std::string (*check)(const std::string&)) {
  return CLI::Validator{[check](std::string& text) {
                          if (text != "last") return check(text);
                          text = std::to_string(kLast);
                          return std::string{};
                        },
                        ""};
}

}  // namespace jobflip::cli
