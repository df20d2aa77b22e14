#include "jobflip/cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/command_parser.hpp"
#include "cli/commands.hpp"
#include "cli/plugin_output.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::cli {
namespace {

bool asks_for_help(const Words& words) {
  return std::ranges::any_of(words, [](const auto& w) { return w == "--help" || w == "-h"; });
}

ExitCode no_command(World& world, const std::string& typed, const Words& words) {
  const auto near = config::nearest_word(typed, words);
  return Session{world, Options{}}.usage(
      fmt::format("there is no command \"{}\"", printable(typed, 60)),
      near.empty() ? "`jobflip help` lists them" : fmt::format("did you mean \"{}\"?", near));
}

/// The words name no command, or only the first word of one.
ExitCode wrong_command(World& world, const CommandParser& parser) {
  const auto unplaced = parser.unplaced();
  const auto word = std::ranges::find_if(unplaced, [](const auto& w) { return w[0] != '-'; });
  const auto first = parser.first_word();
  if (first.empty()) return no_command(world, *word, first_words());
  const auto seconds = second_words(first);
  if (word == unplaced.end() || word != unplaced.begin()) {
    return Session{world, Options{}}.usage(
        fmt::format("\"{}\" wants a second word", first),
        fmt::format("{} is one of: {}", first, fmt::join(seconds, ", ")));
  }
  Words all;
  for (const auto& second : seconds) all.push_back(first + " " + second);
  return no_command(world, first + " " + *word, all);
}

Words option_names(const CLI::App& app) {
  Words out;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) out.push_back("--" + name);
  }
  return out;
}

/// Says what is wrong with the words: an unknown option before anything that the parser missed.
ExitCode wrong_words(Session& session, const CommandParser& parser, const std::string& complaint) {
  const auto& command = *parser.command();
  const auto how = fmt::format("usage: jobflip {} {}", command.name, command.synopsis);
  for (const auto& word : parser.unplaced()) {
    if (!word.starts_with('-')) {
      return session.usage(fmt::format("\"{}\" is one word too many", printable(word, 60)), how);
    }
    const auto name = word.substr(0, word.find('='));
    const auto near = config::nearest_word(name, option_names(parser.chosen()));
    return session.usage(fmt::format("`{}` has no option {}", command.name, printable(name, 60)),
                         near.empty() ? how : fmt::format("did you mean {}?", near));
  }
  return session.usage(printable(complaint, 400), how);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// "--dry-run", "--to=job2": an option of the command, not a value.
bool is_option(const CLI::App& app, const std::string& word) {
  return word.starts_with("--") &&
         app.get_option_no_throw(word.substr(0, word.find('='))) != nullptr;
}

/// The option that was given an empty value, as by a script whose variable is not set; "" if none.
/// Reads the words as typed: the parser takes the next word as the value of "--from=" or, if the
/// variable was not quoted, the next option as that of "--reason".
std::string given_nothing(const CLI::App& app, const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto equals = std::min(words[i].find('='), words[i].size());
    const auto name = words[i].substr(0, equals);
    if (name == "--") break;
    const auto* option = name.starts_with("--") ? app.get_option_no_throw(name) : nullptr;
    if (option == nullptr) continue;
    if (equals < words[i].size()) {
      if (is_blank(std::string_view{words[i]}.substr(equals + 1))) return name;
      continue;
    }
    if (i + 1 == words.size()) break;
    if (option->get_type_size() != 0 && is_blank(words[i + 1])) return name;
    if (option->get_expected_min() == 0) continue;
    if (is_option(app, words[++i])) return name;
  }
  return "";
}

/// The same for a positional argument: "POOL".
std::string blank_word(const CLI::App& app) {
  for (const auto* option : app.get_options())
    if (option->get_positional() && std::ranges::any_of(option->results(), is_blank))
      return option->get_type_name().substr(0, option->get_type_name().find(':'));
  return "";
}

/// In the synopsis, and not in brackets there.
bool is_required(const Command* command, std::string_view name) {
  if (command == nullptr) return false;
  const auto at = command->synopsis.find(name);
  return at != std::string_view::npos && (at == 0 || command->synopsis[at - 1] != '[');
}

ExitCode empty_value(World& world, const Command* command, const std::string& name) {
  const auto* how = is_required(command, name) ? "it is required: give it a value"
                                               : "give it a value, or leave it out";
  return Session{world, Options{}}.usage(
      name + " is empty", fmt::format("{}; is a variable of a script not set?", how));
}

ExitCode perform(World& world, const CommandParser& parser, const Options& options,
                 const Words& words, const std::string& complaint) {
  Session plain{world, Options{}};
  const auto& command = *parser.command();
  if (asks_for_help(words)) {
    *world.terminal.out << help_of(command);
    return ExitCode::done;
  }
  if (const auto name = given_nothing(parser.chosen(), words); !name.empty())
    return empty_value(world, parser.command(), name);
  if (!complaint.empty() || !parser.unplaced().empty())
    return wrong_words(plain, parser, complaint);
  if (const auto name = blank_word(parser.chosen()); !name.empty())
    return empty_value(world, parser.command(), name);
  Session session{world, options};
  if (!options.store.empty() && !command.hidden)  // `debug complete` prints no error
    if (const auto address = session.conninfo(); !address) return session.fail(address.error());
  return command.perform(session);
}

// A function that is missing would be an exception in the middle of a verb.
bool is_whole(const StoreAccess& store) {
  return store.open_reader && store.open_quick_reader && store.open_operator && store.open_schema &&
         store.open_pruner && store.open_logins && store.open_doctor && store.open_probe &&
         store.open_checker && store.preset_tables && store.route_of;
}
bool is_whole(const HostAccess& host) {
  return host.open_inspector && host.open_unit_files && host.find_guard && host.now && host.wall &&
         host.local_time && host.wait && host.interrupted && host.environment;
}
bool is_whole(const Terminal& terminal) {
  return terminal.in != nullptr && terminal.out != nullptr && terminal.err != nullptr &&
         terminal.out_columns && terminal.out_rows && terminal.out_is_closed;
}
bool is_whole(const Hooks& hooks) {
  return hooks.run_agent && hooks.run_supervisor && hooks.exec_guard && hooks.run_demo;
}

/// Without a command: the version, or help.
ExitCode introduce(World& world, const Words& words) {
  Session plain{world, Options{}};
  if (std::ranges::find(words, "--version") != words.end()) return perform_version(plain);
  const bool asked = asks_for_help(words);
  *(asked ? world.terminal.out : world.terminal.err) << help_of_all();
  return asked ? ExitCode::done : ExitCode::usage;
}

/// What the parsed words ask for.
ExitCode answer(World& world, const CommandParser& parser, const Options& options,
                const Words& words, const std::string& complaint) {
  const auto first = parser.first_word();
  if (!words.empty() && words.front()[0] != '-' && words.front() != first)
    return no_command(world, words.front(), first_words());
  if (parser.command() != nullptr && parser.between().empty())
    return perform(world, parser, options, words, complaint);
  // as in "--store= status", which the parser reads as a store of that name
  if (const auto name = given_nothing(parser.chosen(), words); !name.empty())
    return empty_value(world, parser.command(), name);
  const auto unplaced = parser.unplaced();
  const bool names_one = !parser.path().empty() ||
                         std::ranges::any_of(unplaced, [](const auto& w) { return w[0] != '-'; });
  if (!names_one) return introduce(world, words);
  return wrong_command(world, parser);
}

ExitCode choose(World& world, const Words& words) {
  Options options;
  if (!words.empty()) {
    // such a command parses its own words
    const auto* command = find_command(words.front());
    if (command != nullptr && command->declare == nullptr) {
      options.rest.assign(words.begin() + 1, words.end());
      if (options.rest == Words{"--help"} || options.rest == Words{"-h"}) {
        *world.terminal.out << help_of(*command);
        return ExitCode::done;
      }
      Session session{world, options};
      return command->perform(session);
    }
  }
  CommandParser parser{options};
  const auto complaint = parser.parse(words);
  const auto act = [&](World& into) { return answer(into, parser, options, words, complaint); };
  if (parser.path() == kPluginCommand) return run_as_plugin(world, options.format == "json", act);
  return act(world);
}

}  // namespace

int run(int argc, const char* const* argv, World& world) {
  JF_CHECK(argc >= 1);
  JF_CHECK(is_whole(world.store) && is_whole(world.host) && is_whole(world.terminal) &&
           is_whole(world.hooks));
  const Words words(argv + 1, argv + argc);
  const auto code = choose(world, words);
  world.terminal.out->flush();
  if (!*world.terminal.out && code == ExitCode::done) {
    Session plain{world, Options{}};
    return to_int(plain.error(ExitCode::failed, "the output could not be written"));
  }
  return to_int(code);
}

}  // namespace jobflip::cli
