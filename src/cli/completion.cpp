#include <fmt/format.h>

#include <algorithm>

#include "cli/option_rows.hpp"

namespace jobflip::cli {
namespace {

/// How a shell completes a value: `names` are asked of the store (complete_verb.cpp).
enum class Kind { words, file, folder, names, unknown };

/// What `jobflip debug complete` calls them; "" if the store has no names for the value. Only open
/// flips can be aborted.
std::string names_for(std::string_view command, const OptionRow& option) {
  if (option.value == "POOL") return "pools";
  if (option.value == "NODE") return "nodes";
  if (option.value == "FLIP") return command == "abort" ? "open-flips" : "flips";
  return "";
}

Kind kind_of(const OptionRow& option) {
  if (!option.choices.empty()) return Kind::words;
  if (option.value == "FILE") return Kind::file;
  if (option.value == "DIR") return Kind::folder;
  return names_for("", option).empty() ? Kind::unknown : Kind::names;
}

std::vector<std::string> names_of(const OptionRow& option) {
  std::vector<std::string> out;
  if (!option.name.empty()) out.push_back(option.name);
  out.insert(out.end(), option.aliases.begin(), option.aliases.end());
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::string all_names(const std::vector<OptionRow>& options) {
  std::vector<std::string> out;
  for (const auto& option : options)
    for (auto& name : names_of(option)) out.push_back(std::move(name));
  return joined(out);
}

/// A command of bash that prints the words; "" if they are unknown.
std::string bash_values(std::string_view command, const OptionRow& option) {
  switch (kind_of(option)) {
    case Kind::words:
      return fmt::format("compgen -W '{}' -- \"$word\"", fmt::join(option.choices, " "));
    case Kind::file:
      return "compgen -f -- \"$word\"";
    case Kind::folder:
      return "compgen -d -- \"$word\"";
    case Kind::names:
      return "_jobflip_names " + names_for(command, option);
    case Kind::unknown:
      break;
  }
  return "";
}

/// The cases of "VERB:OPTION" for the word behind an option that takes a value. `command`: "" for
/// the options of every command.
std::string bash_value_cases(std::string_view command, const std::vector<OptionRow>& options) {
  const auto verb = command.empty() ? std::string{"*"} : fmt::format("'{}'", command);
  std::string out;
  std::vector<std::string> unknown;
  for (const auto& option : options) {
    if (option.value.empty()) continue;
    for (const auto& name : names_of(option)) {
      const auto pattern = fmt::format("{}:{}", verb, name);
      const auto values = bash_values(command, option);
      if (values.empty()) {
        unknown.push_back(pattern);
      } else {
        out += fmt::format("    {}) mapfile -t COMPREPLY < <({}); return ;;\n", pattern, values);
      }
    }
  }
  if (!unknown.empty()) out += fmt::format("    {}) return ;;\n", fmt::join(unknown, " | "));
  return out;
}

std::string positional_values(std::string_view command, const std::vector<OptionRow>& options) {
  for (const auto& option : options) {
    if (!option.name.empty()) continue;
    if (const auto values = bash_values(command, option); !values.empty())
      return fmt::format("; [[ -n $given ]] || others=$({})", values);
  }
  return "";
}

std::string zsh_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
      out += fmt::format("\\{}", c);
    } else {
      out += c;
    }
  }
  return out;
}

std::string zsh_value(std::string_view command, const OptionRow& option) {
  if (option.value.empty()) return "";
  switch (kind_of(option)) {
    case Kind::words:
      return fmt::format(":{}:({})", option.value, fmt::join(option.choices, " "));
    case Kind::file:
      return fmt::format(":{}:_files", option.value);
    case Kind::folder:
      return fmt::format(":{}:_files -/", option.value);
    case Kind::names:
      return fmt::format(":{}:{{_jobflip_names {}}}", option.value, names_for(command, option));
    case Kind::unknown:
      break;
  }
  return fmt::format(":{}: ", option.value);
}

std::string zsh_options(std::string_view command, const std::vector<OptionRow>& options) {
  std::string out;
  for (const auto& option : options) {
    if (option.name.empty()) out += fmt::format(" \\\n        '*{}'", zsh_value(command, option));
    for (const auto& name : names_of(option))
      out += fmt::format(" \\\n        '{}[{}]{}'", name, zsh_quoted(option.text),
                         zsh_value(command, option));
  }
  return out;
}

/// The start of the script: names of the store, and how the command line names that.
constexpr const char* kBashNames =
    "# The store's names are never expanded: only legal ones are taken.\n"
    "_jobflip_names() {\n"
    "  local LC_ALL=C name\n"
    "  while IFS= read -r name; do\n"
    "    if [[ $name =~ ^[a-z0-9][a-z0-9._-]*$ && $name == \"$word\"* ]]; then\n"
    "      printf '%s\\n' \"$name\"\n"
    "    fi\n"
    "  done < <(\"$program\" ${store:+--store \"$store\"} debug complete \"$1\" 2>/dev/null)\n"
    "}\n"
    "_jobflip() {\n"
    "  local program=${1:-jobflip} store='' given=''\n"
    "  local quoted=\"--store[ =]('([^']*)'|\\\"([^\\\"]*)\\\"|([^ '\\\"]+))\"\n"
    "  if [[ ${COMP_LINE-} =~ $quoted ]]; then\n"
    "    store=${BASH_REMATCH[2]}${BASH_REMATCH[3]}${BASH_REMATCH[4]}\n"
    "  fi\n";

}  // namespace

std::string bash_completion() {
  std::string values;
  std::string words;
  std::string pairs;
  std::string firsts;
  for (const auto& first : first_words()) {
    if (const auto second = joined(second_words(first)); !second.empty()) {
      pairs += fmt::format("    {}) mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\") ;;\n",
                           first, second);
      firsts += fmt::format("{}{}", firsts.empty() ? "" : "|", first);
    }
  }
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    const auto options = options_of(command);
    values += bash_value_cases(command.name, options);
    words += fmt::format("    '{}') options='{}'{} ;;\n", command.name, all_names(options),
                         positional_values(command.name, options));
  }
  return fmt::format(
      "# bash completion for jobflip, printed by `jobflip debug completion bash`.\n"
      "{7}"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  local verb='' options='' others='' i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${{COMP_WORDS[i]}} in\n"
      "    --store | --format | --color | --actor)\n"
      "      if [[ ${{COMP_WORDS[i+1]}} == = ]]; then ((i++)); fi\n"
      "      ((i++)) ;;\n"
      "    = | :) ((i++)) ;;  # bash cuts host=db in three\n"
      "    -*) ;;\n"
      "    *)\n"
      "      verb=${{verb:+$verb }}${{COMP_WORDS[i]}}\n"
      "      [[ $verb =~ ^({0})$ ]] || break ;;\n"
      "    esac\n"
      "  done\n"
      "  # the argument may stand directly behind the command; options need no names of the store\n"
      "  if [[ $word == -* || ($i -lt $((COMP_CWORD - 1)) && ${{COMP_WORDS[i+1]}} != -*) ]]; then\n"
      "    given=yes\n"
      "  fi\n"
      "  case $verb:$before in\n{1}{2}  esac\n"
      "  case $verb in\n"
      "    '')\n"
      "      mapfile -t COMPREPLY < <(compgen -W '{3} {4}' -- \"$word\")\n"
      "      return ;;\n{5}{6}  esac\n"
      "  [[ ${{#COMPREPLY[@]}} -gt 0 ]] && return\n"
      "  [[ $word != -* && -n $others ]] && mapfile -t COMPREPLY <<<\"$others\" && return\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$options {4}\" -- \"$word\")\n"
      "}}\n"
      "complete -o filenames -F _jobflip jobflip\n",
      firsts, values, bash_value_cases("", global_options()), fmt::join(first_words(), " "),
      all_names(global_options()), pairs, words, kBashNames);
}

std::string zsh_completion() {
  std::string verbs;
  std::string seconds;
  std::string cases;
  const auto globals = global_options();
  for (const auto& first : first_words()) {
    const auto second = joined(second_words(first));
    const auto* command = find_command(first);
    verbs += fmt::format("    '{}:{}'\n", first,
                         zsh_quoted(command != nullptr ? command->summary : second));
    if (!second.empty()) seconds += fmt::format("    {} '{}'\n", first, second);
  }
  for (const auto& command : all_commands()) {
    if (command.hidden) continue;
    const auto own = options_of(command);
    // a command may give the name of a global option to one of its own
    std::string every = "$every";
    for (const auto& option : own)
      if (!option.name.empty() &&
          std::ranges::find(globals, option.name, &OptionRow::name) != globals.end())
        every = fmt::format("${{every:#{}\\[*}}", option.name);
    cases += fmt::format("    ('{}')\n      _arguments -S{} {} ;;\n", command.name,
                         zsh_options(command.name, own), every);
  }
  return fmt::format(
      "#compdef jobflip\n"
      "# zsh completion for jobflip, printed by `jobflip debug completion zsh`.\n"
      "# The store's names: only legal ones are taken.\n"
      "_jobflip_names() {{\n"
      "  setopt local_options extended_glob\n"
      "  local -a names\n"
      "  names=(${{(f)\"$(command jobflip debug complete $1 2>/dev/null)\"}})\n"
      "  compadd -- ${{(M)names:#[a-z0-9][a-z0-9._-]#}}\n"
      "}}\n"
      "_jobflip() {{\n"
      "  local -a verbs every\n"
      "  local -A seconds\n"
      "  verbs=(\n{0}  )\n"
      "  seconds=(\n{1}  )\n"
      "  every=({2})\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe -t commands command verbs\n"
      "    return\n"
      "  fi\n"
      "  local verb=$words[2]\n"
      "  shift words; (( CURRENT-- ))\n"
      "  if [[ -n $seconds[$verb] ]]; then\n"
      "    if (( CURRENT == 2 )); then\n"
      "      compadd -- ${{=seconds[$verb]}}\n"
      "      return\n"
      "    fi\n"
      "    verb=\"$verb $words[2]\"; shift words; (( CURRENT-- ))\n"
      "  fi\n"
      "  case $verb in\n{3}  esac\n"
      "}}\n"
      "_jobflip \"$@\"\n",
      verbs, seconds, zsh_options("", globals), cases);
}

}  // namespace jobflip::cli
