// Every jobflip command line in README and docs is one that the program takes. Whoever is in an
// emergency types it as it is printed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/commands.hpp"
#include "support/build_paths.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

using Words = std::vector<std::string>;

/// The words of a shell command up to a pipe, a list operator, a comment, or, as pages align their
/// remarks, two spaces.
Words words_of(const std::string& text) {
  Words out;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || std::string_view{"\n|;)&<>#"}.find(c) != std::string_view::npos) {
      if (in_word) out.push_back(std::exchange(word, ""));
      in_word = false;
      if (c != ' ' || (i + 1 < text.size() && text[i + 1] == ' ')) break;
    } else {
      word += c;
      in_word = true;
    }
  }
  return out;
}

struct CommandLine {
  std::string place;
  Words words;  // without "jobflip"
};

void collect(const std::string& place, const std::string& text, std::vector<CommandLine>& out) {
  for (auto at = text.find("jobflip "); at != std::string::npos; at = text.find("jobflip ", at)) {
    // where a command may stand: at the beginning, or after "$(", "-- ", "| " and the like
    const auto before = text.substr(0, at);
    at += std::string_view{"jobflip "}.size();
    const auto last = before.find_last_not_of(' ');
    const bool begins = last == std::string::npos || before.ends_with("$(") ||
                        before.ends_with("-- ") || before.ends_with("| ") || before.ends_with("$ ");
    if (!begins) continue;
    auto words = words_of(text.substr(at));
    if (!words.empty()) out.push_back({place, std::move(words)});
  }
}

/// "status", "audit verify", and "ack POOL", as a text speaks of a command.
bool names_only_a_command(Words words) {
  if (words.size() > 1 && (words.back() == "POOL" || words.back() == "FLIP" ||
                           words.back() == "FILE" || words.back() == "QUEUE"))
    words.pop_back();
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word;
  return find_command(joined) != nullptr;
}

/// A line that explains how a command is called, as docs/cli.md has one of each.
bool is_synopsis(const std::string& line) {
  return std::ranges::any_of(all_commands(), [&](const auto& command) {
    return line == "jobflip " + std::string{command.name} + " " + std::string{command.synopsis};
  });
}

/// Code blocks line by line, with folded lines joined; and the code within a paragraph, unless it
/// only names a command.
std::vector<CommandLine> command_lines_of(const std::string& path) {
  std::ifstream in{test::source_path(path)};
  std::vector<CommandLine> out;
  std::string line, folded, prose;
  bool in_block = false;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("```")) {
      in_block = !in_block;
    } else if (!in_block) {
      prose += line + ' ';
    } else if (is_synopsis(line)) {
      continue;
    } else if (line.ends_with('\\')) {
      folded += line.substr(0, line.size() - 1);
    } else {
      collect(path + ":" + std::to_string(number), folded + line, out);
      folded.clear();
    }
  }
  for (auto at = prose.find('`'); at != std::string::npos; at = prose.find('`', at + 1)) {
    const auto end = prose.find('`', at + 1);
    if (end == std::string::npos) break;
    std::vector<CommandLine> spans;
    collect(path, prose.substr(at + 1, end - at - 1), spans);
    std::ranges::copy_if(spans, std::back_inserter(out),
                         [](const auto& one) { return !names_only_a_command(one.words); });
    at = end;
  }
  return out;
}

/// No command of a page may write into the folder in which the tests run.
std::string export_path() {
  return testing::TempDir() + "jobflip-pages-" + std::to_string(::getpid()) + ".json";
}

/// What stands for a value in synopses.
std::string value_of(const std::string& word) {
  if (word == "POOL") return "mail";
  if (word == "FLIP") return "7";
  if (word == "NODE") return "job1";
  if (word == "QUEUE") return "mail/email";
  if (word == "UNIT") return "mail-worker.service";
  if (word == "TEXT" || word == "...") return "a reason";
  if (word == "TOPIC") return "flip";
  if (word == "audit.json" || word == "mail.csv" || word.ends_with(".html")) return export_path();
  return word;
}

/// "" if the program takes the words: nothing is missing, unknown or left over.
std::string complaint_about(Words words) {
  std::ranges::transform(words, words.begin(), value_of);
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  world.script.timelines.emplace_back(timeline_until(core::FlipState::verified));
  world.script.history.emplace_back().flip = FlipId{7};
  for (int number = 1; number <= 20; ++number)
    world.script.incidents.emplace_back().id = IncidentId{number};
  core::ServiceStatus web;
  web.settings.name = ServiceName::of("web");
  world.script.services = std::vector{web};
  world.terminal = true;  // somebody types it
  world.interrupt_at = world.now;
  fill_audit(world.script, 1);
  world.typed = "mail 1 " + std::string(64, 'a') + "\n";  // an anchor, for those that read one
  for (const std::string unit : {"mail-worker", "email-worker"})
    world.host.files["/etc/systemd/system/" + unit + ".service.d/50-jobflip.conf"] = "# adopted";
  const auto ran = world.run(words);
  std::filesystem::remove(export_path());
  const bool file_is_missing = ran.err.find("can't be read") != std::string::npos;
  return ran.code != 2 || file_is_missing ? "" : ran.err;
}

TEST(Pages, EveryCommandLineIsOneThatTheProgramTakes) {
  std::vector<std::string> pages{"README.md", "SECURITY.md"};
  for (const auto& entry : std::filesystem::directory_iterator{test::source_path("docs")})
    if (entry.path().extension() == ".md")
      pages.push_back("docs/" + entry.path().filename().string());
  std::size_t seen = 0;
  for (const auto& page : pages) {
    for (const auto& line : command_lines_of(page)) {
      ++seen;
      std::string typed;
      for (const auto& word : line.words) typed += " " + word;
      EXPECT_EQ(complaint_about(line.words), "") << line.place << ": jobflip" << typed;
    }
  }
  EXPECT_GT(seen, 80u);
}

TEST(Pages, TheCheckFindsWhatIsWrong) {
  EXPECT_EQ(complaint_about(words_of("flip mail --from job1 --host-is-off --reason \"...\" --yes")),
            "");
  EXPECT_NE(complaint_about(words_of("flip mail --host-is-off --reason \"...\" --yes")), "");
  EXPECT_NE(complaint_about(words_of("flip mail --from job1 --yes")), "");
  EXPECT_NE(complaint_about(words_of("audit verify --anchors | less")), "");
  EXPECT_EQ(words_of("status mail  the remark"), (Words{"status", "mail"}));
  EXPECT_EQ(words_of("status --store \"host=a b\" | grep x"),
            (Words{"status", "--store", "host=a b"}));
}

}  // namespace
}  // namespace jobflip::cli
