#include "cli/option_rows.hpp"

#include "cli/event_filter.hpp"

namespace jobflip::cli {
namespace {

/// A validator adds its own words behind the type: "FORMAT:{table,json,tsv}".
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> out;
  const auto open = type.find(":{");
  if (open == std::string::npos || !type.ends_with('}')) return out;
  const auto list = type.substr(open + 2, type.size() - open - 3);
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    out.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

OptionRow row_of(const CLI::Option& option) {
  OptionRow row;
  const auto type = option.get_type_size() == 0 ? std::string{} : option.get_type_name();
  row.value = type.substr(0, type.find(':'));
  row.choices = choices_in(type);
  row.text = option.get_description();
  if (option.get_positional()) return row;
  row.name = option.get_name();
  for (const auto& name : option.get_lnames())
    if ("--" + name != row.name) row.aliases.push_back("--" + name);
  for (const auto& letter : option.get_snames()) row.aliases.push_back("-" + letter);
  return row;
}

std::vector<OptionRow> rows_of(const CLI::App& app, std::string_view group) {
  std::vector<OptionRow> out;
  for (const auto* option : app.get_options())
    if (option->get_group() == group) out.push_back(row_of(*option));
  return out;
}

}  // namespace

std::vector<OptionRow> options_of(const Command& command) {
  CLI::App app;
  app.set_help_flag();
  Options options;
  if (command.declare != nullptr) command.declare(app, options);
  auto rows = rows_of(app, "Options");
  // the parser does not check them: its error would not say which one was meant
  for (auto& row : rows)
    if (row.value == "KIND")
      row.choices = command.name == "history" ? history_kind_names() : audit_kind_names();
  return rows;
}

std::vector<OptionRow> global_options() {
  CLI::App app;
  app.set_help_flag();
  Options options;
  declare_global(app, options);
  return rows_of(app, "Global");
}

}  // namespace jobflip::cli
