#include "jobflip/cli/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "cli/commands.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/check.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/config/suggest.hpp"

namespace jobflip::cli {
namespace {

using Words = std::vector<std::string>;

/// The command line, cut up: global options may stand before the verb.
struct CommandLine {
  Words before;
  std::string verb;
  Words after;
};

CommandLine cut(const Words& words) {
  static const std::set<std::string, std::less<>> kTakeValue{"--store", "--format", "--color",
                                                             "--actor"};
  CommandLine out;
  std::size_t i = 0;
  for (; i < words.size() && words[i].starts_with('-'); ++i) {
    out.before.push_back(words[i]);
    if (kTakeValue.contains(words[i]) && i + 1 < words.size()) out.before.push_back(words[++i]);
  }
  if (i < words.size()) out.verb = words[i++];
  out.after.assign(words.begin() + static_cast<std::ptrdiff_t>(std::min(i, words.size())),
                   words.end());
  return out;
}

/// Verbs of two words ("audit list"): the second words of `first`, empty for a verb of one word.
Words second_words(std::string_view first) {
  Words out;
  for (const auto& command : all_commands()) {
    const auto space = command.name.find(' ');
    if (space != std::string_view::npos && command.name.substr(0, space) == first) {
      out.emplace_back(command.name.substr(space + 1));
    }
  }
  return out;
}

Words first_words() {
  Words out;
  for (const auto& command : all_commands()) {
    if (!command.hidden) out.emplace_back(command.name.substr(0, command.name.find(' ')));
  }
  return out;
}

bool asks_for_help(const Words& words) {
  return std::ranges::any_of(words, [](const auto& w) { return w == "--help" || w == "-h"; });
}

ExitCode no_command(Session& session, const std::string& typed, const Words& words) {
  const auto near = config::nearest_word(typed, words);
  return session.usage(
      fmt::format("there is no command \"{}\"", printable(typed, 60)),
      near.empty() ? "`jobflip help` lists them" : fmt::format("did you mean \"{}\"?", near));
}

/// The command that is meant, or nullptr where the fault was told.
const Command* choose(Session& session, CommandLine& line) {
  const auto seconds = second_words(line.verb);
  if (seconds.empty()) {
    if (const auto* command = find_command(line.verb)) return command;
    no_command(session, line.verb, first_words());
    return nullptr;
  }
  const bool has_second = !line.after.empty() && !line.after.front().starts_with('-');
  if (!has_second) {
    session.usage(fmt::format("\"{}\" wants a second word", line.verb),
                  fmt::format("{} is one of: {}", line.verb, fmt::join(seconds, ", ")));
    return nullptr;
  }
  const auto second = line.after.front();
  if (const auto* command = find_command(line.verb + " " + second)) {
    line.after.erase(line.after.begin());
    return command;
  }
  no_command(session, line.verb + " " + second, [&] {
    Words all;
    for (const auto& word : seconds) all.push_back(line.verb + " " + word);
    return all;
  }());
  return nullptr;
}

Words option_names(const CLI::App& app) {
  Words out;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) out.push_back("--" + name);
  }
  return out;
}

/// Says what is wrong with the words: an unknown option before anything that the parser missed.
ExitCode wrong_words(Session& session, const Command& command, const CLI::App& app,
                     const std::string& parser_said) {
  const auto how = fmt::format("usage: jobflip {} {}", command.name, command.synopsis);
  for (const auto& word : app.remaining()) {
    if (word == "--") continue;
    if (!word.starts_with('-')) {
      return session.usage(fmt::format("\"{}\" is one word too many", printable(word, 60)), how);
    }
    const auto name = word.substr(0, word.find('='));
    const auto near = config::nearest_word(name, option_names(app));
    return session.usage(fmt::format("`{}` has no option {}", command.name, printable(name, 60)),
                         near.empty() ? how : fmt::format("did you mean {}?", near));
  }
  return session.usage(printable(parser_said, 400), how);
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
/// Runs before the parser, which would take the next word as the value of "--from=" or, where the
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

ExitCode empty_value(World& world, const std::string& name) {
  return Session{world, Options{}}.usage(
      name + " is empty", "give it a value, or leave it out; is a variable of a script not set?");
}

ExitCode perform(World& world, const Command& command, const CommandLine& line) {
  Options options;
  if (command.declare == nullptr) {
    options.rest = line.after;
    Session session{world, options};
    return command.perform(session);
  }
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  command.declare(app, options);
  declare_global(app, options);
  Words words = line.before;
  words.insert(words.end(), line.after.begin(), line.after.end());
  if (const auto name = given_nothing(app, words); !name.empty()) return empty_value(world, name);
  std::ranges::reverse(words);  // CLI11 takes them from the back
  std::string wrong;
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    wrong = error.what();
  }
  // "--" only says that no option follows: CLI11 leaves it over
  const auto left = app.remaining();
  if (!wrong.empty() || std::ranges::any_of(left, [](const auto& w) { return w != "--"; })) {
    Session plain{world, Options{}};
    return wrong_words(plain, command, app, wrong);
  }
  if (const auto name = blank_word(app); !name.empty()) return empty_value(world, name);
  Session session{world, options};
  if (!options.store.empty())
    if (const auto address = session.conninfo(); !address) return session.fail(address.error());
  return command.perform(session);
}

// A function that is missing would be an exception in the middle of a verb.
bool is_whole(const StoreAccess& store) {
  return store.open_reader && store.open_operator && store.open_schema && store.open_doctor &&
         store.route_of;
}
bool is_whole(const HostAccess& host) {
  return host.open_inspector && host.open_unit_files && host.find_guard && host.now && host.wall &&
         host.wait && host.interrupted && host.environment;
}
bool is_whole(const Terminal& terminal) {
  return terminal.in != nullptr && terminal.out != nullptr && terminal.err != nullptr &&
         terminal.out_columns;
}
bool is_whole(const Hooks& hooks) {
  return hooks.run_agent && hooks.run_supervisor && hooks.exec_guard && hooks.run_demo;
}

}  // namespace

int run(int argc, const char* const* argv, World& world) {
  JF_CHECK(argc >= 1);
  JF_CHECK(is_whole(world.store) && is_whole(world.host) && is_whole(world.terminal) &&
           is_whole(world.hooks));
  const Words words(argv + 1, argv + argc);
  auto line = cut(words);
  Session plain{world, Options{}};
  if (line.verb.empty()) {
    const bool version = std::ranges::find(line.before, "--version") != line.before.end();
    if (version) return to_int(perform_version(plain));
    const bool asked = asks_for_help(line.before);
    *(asked ? world.terminal.out : world.terminal.err) << help_of_all();
    return to_int(asked ? ExitCode::done : ExitCode::usage);
  }
  const auto* command = choose(plain, line);
  if (command == nullptr) return to_int(ExitCode::usage);
  if (command->declare != nullptr && asks_for_help(line.after)) {
    *world.terminal.out << help_of(*command);
    return to_int(ExitCode::done);
  }
  const auto code = perform(world, *command, line);
  world.terminal.out->flush();
  if (!*world.terminal.out && code == ExitCode::done) {
    return to_int(plain.error(ExitCode::failed, "the output could not be written"));
  }
  return to_int(code);
}

}  // namespace jobflip::cli
