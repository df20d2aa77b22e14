// What is wrong with the words of a command line is said before anything is asked or changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "unit/cli/fake_world.hpp"

namespace jobflip::cli {
namespace {

void expect_usage(const std::vector<std::string>& words, const std::string& wanted) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  const auto ran = world.run(words);
  EXPECT_EQ(ran.code, 2) << wanted;
  EXPECT_NE(ran.err.find(wanted), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find('\x1b'), std::string::npos);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(world.script.asked.empty()) << "nothing is changed by a wrong command";
}

TEST(Usage, NamesWhatIsWrongAndWhatWasMeant) {
  expect_usage({}, "usage: jobflip COMMAND");
  expect_usage({"stauts"}, "there is no command \"stauts\"\nHINT: did you mean \"status\"?");
  expect_usage({"zebra"}, "HINT: `jobflip help` lists them");
  expect_usage({"\x1b[2J"}, "there is no command \"\\x1b[2J\"");
  expect_usage({"audit"}, "audit is one of: list, export, verify");
  expect_usage({"audit", "lst"}, "did you mean \"audit list\"?");
  expect_usage({"audit", "--limit", "5"}, "wants a second word");
  expect_usage({"flip", "mail", "--resaon", "x"},
               "`flip` has no option --resaon\nHINT: did you mean "
               "--reason?");
  expect_usage({"flip", "mail", "--frmo=a"}, "did you mean --from?");
  expect_usage({"status", "mail", "more"}, "\"more\" is one word too many");
  expect_usage({"status", "--zebra"}, "usage: jobflip status [POOL]");
  expect_usage({"status", "--format", "xml"}, "xml not in");
  expect_usage({"status", "--format"}, "--format");
  expect_usage({"--format", "xml", "status"}, "xml not in");
  expect_usage({"--color", "red", "status"}, "red not in");
  expect_usage({"history", "--limit", "many"}, "--limit");
  expect_usage({"history", "--limit", "0"}, "--limit");
  expect_usage({"history", "--limit", "99999999999999999999"}, "--limit");
  expect_usage({"show", "-5"}, "-5");
  expect_usage({"show", "0"}, "is not a flip number");
  expect_usage({"show"}, "FLIP is missing");
  expect_usage({"show", "seven"}, "is not a flip number");
  expect_usage({"flip"}, "POOL is missing");
  expect_usage({"drain", "--reason", "x"}, "NODE is missing");
  expect_usage({"abort", "--reason", "x"}, "FLIP is missing");
  expect_usage({"apply"}, "FILE is missing");
  expect_usage({"agent"}, "--config is missing");
  expect_usage({"help", "zebra"}, "there is no help on \"zebra\"");
  expect_usage({"status", "--interval", "5"}, "--interval: \"5\" has no unit");
  expect_usage({"status", "--interval", "1ms"}, "--interval is less than 100ms");
}

// An unset variable in a script: `flip mail --from "$OLD"` must not flip as if --from were not
// there.
TEST(Usage, AnOptionIsNotTheValueOfTheOneBeforeIt) {
  expect_usage({"flip", "mail", "--reason", "--dry-run"}, "--reason is empty");
  expect_usage({"flip", "mail", "--to", "--reason=x"}, "--to is empty");
}

TEST(Usage, AnEmptyValueThatIsRequiredIsNotAdvisedToBeLeftOut) {
  const std::string required = "is empty\nHINT: it is required: give it a value;";
  expect_usage({"flip", "mail", "--reason", ""}, "--reason " + required);
  expect_usage({"pause", "mail", "--for", "", "--reason", "x"}, "--for " + required);
  expect_usage({"flip", "", "--reason", "x"}, "POOL " + required);
  const std::string optional = "is empty\nHINT: give it a value, or leave it out;";
  expect_usage({"resume", "mail", "--reason", ""}, "--reason " + optional);
  expect_usage({"flip", "mail", "--reason", "x", "--to="}, "--to " + optional);
}

TEST(Usage, EveryOptionOfEveryCommandRefusesAnEmptyValue) {
  int seen = 0;
  for (const auto& command : all_commands()) {
    if (command.declare == nullptr) continue;
    if (command.name == "check") continue;  // it complains on standard output: PluginCase
    CLI::App app;
    Options options;
    command.declare(app, options);
    declare_global(app, options);
    const std::string name{command.name};
    const auto space = name.find(' ');
    std::vector<std::string> words{name.substr(0, space)};
    if (space != std::string::npos) words.push_back(name.substr(space + 1));
    for (const auto* option : app.get_options()) {
      if (option->get_type_size() == 0 || option->get_lnames().empty()) continue;
      for (const auto& long_name : option->get_lnames()) {
        if (long_name == "help") continue;
        const auto wanted = "--" + long_name + " is empty";
        for (const std::string value : {"", " ", "\t"}) {
          auto apart = words;
          apart.insert(apart.end(), {"--" + long_name, value});
          expect_usage(apart, wanted);
          auto joined = words;
          joined.push_back("--" + long_name + "=" + value);
          joined.emplace_back("mail");
          expect_usage(joined, wanted);
        }
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, 100);
  expect_usage({"--store", "", "status"}, "--store is empty");
  expect_usage({"--store=", "status"}, "--store is empty");
  expect_usage({"flip", "", "--reason", "x", "--yes"}, "POOL is empty");
  expect_usage({"drain", " ", "--reason", "x"}, "NODE is empty");
  expect_usage({"apply", ""}, "FILE is empty");
  expect_usage({"help", ""}, "TOPIC is empty");
}

TEST(Usage, AWordOutOfPlaceIsNamedWhereverItStands) {
  expect_usage({"--bogus", "audit", "list"}, "`audit list` has no option --bogus");
  expect_usage({"audit", "--bogus", "list"}, "\"audit\" wants a second word");
  expect_usage({"audit", "list", "--bogus"}, "`audit list` has no option --bogus");
  expect_usage({"bogus", "status"}, "there is no command \"bogus\"");
  expect_usage({"audit", "lst"}, "did you mean \"audit list\"?");
  expect_usage({"version", "--", "flip"}, "\"flip\" is one word too many");
  expect_usage({"status", "flip", "status"}, "\"status\" is one word too many");
}

TEST(Usage, AnArgumentMayBeNamedAsACommandIs) {
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  EXPECT_THAT(world.run({"status", "status"}).err,
              testing::HasSubstr("there is no pool \"status\""));
  EXPECT_THAT(world.run({"status", "--", "--watch"}).err, testing::HasSubstr("--watch"));
}

TEST(Usage, APasswordInTheStoresAddressIsRefusedAndNotRepeated) {
  for (const auto* address :
       {"host=db user=ada password=geheim", "postgresql://ada:geheim@db/jobflip",
        "postgresql://db/jobflip?user=ada&password=geheim", "host=db PassWord='geheim'"}) {
    for (const bool by_environment : {false, true}) {
      FakeWorld world;
      world.script.snapshot = calm_snapshot();
      if (by_environment) world.environment["JOBFLIP_STORE"] = address;
      const auto ran =
          by_environment ? world.run({"status"}) : world.run({"status", "--store", address});
      EXPECT_EQ(ran.code, 2) << address;
      EXPECT_NE(ran.err.find(by_environment ? "$JOBFLIP_STORE" : "--store"), std::string::npos);
      EXPECT_NE(ran.err.find("holds a password"), std::string::npos) << ran.err;
      EXPECT_NE(ran.err.find("~/.pgpass"), std::string::npos) << ran.err;
      EXPECT_EQ(ran.err.find("geheim"), std::string::npos) << ran.err;
      EXPECT_EQ(world.script.conninfo, "") << "nobody connects by it";
    }
  }
  FakeWorld world;
  world.script.snapshot = calm_snapshot();
  EXPECT_EQ(world.run({"status", "--store", "host=db passfile=/home/ada/.pgpass"}).code, 0);
}

TEST(Usage, GlobalOptionsComeBeforeOrAfterTheVerb) {
  FakeWorld world;
  EXPECT_EQ(world.run({"--format", "json", "version"}).out,
            world.run({"version", "--format=json"}).out);
  EXPECT_EQ(world.run({"--store=host=a", "history"}).code, 0);
  EXPECT_EQ(world.script.conninfo, "host=a");
  world.run({"history", "--store", "host=b"});
  EXPECT_EQ(world.script.conninfo, "host=b");
}

TEST(Usage, ThatNoStoreWasNamedIsSaidInPlaceOfLibpqsWords) {
  FakeWorld world;
  world.script.open_error =
      Error{ErrorCode::config, "definition of service \"jobflip\" not found", ""};
  for (const std::vector<std::string>& words : {std::vector<std::string>{"status"},
                                                {"init", "--yes"},
                                                {"flip", "mail", "--reason", "x", "--yes"}}) {
    const auto ran = world.run(words);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, testing::StartsWith("ERROR: no store was named\nHINT: use --store or "
                                             "$JOBFLIP_STORE"));
  }
  world.script.snapshot_error = std::exchange(world.script.open_error, std::nullopt);
  EXPECT_THAT(world.run({"status"}).err, testing::StartsWith("ERROR: no store was named\n"))
      << "seen at the first call only";
  EXPECT_THAT(world.run({"status", "--store", "service=jobflop"}).err,
              testing::HasSubstr("definition of service"))
      << "this one was named, and nobody knows it";
}

TEST(Usage, StoreComesFromOptionThenEnvironmentThenService) {
  FakeWorld world;
  world.run({"history"});
  EXPECT_EQ(world.script.conninfo, "service=jobflip");
  world.environment["JOBFLIP_STORE"] = "host=c";
  world.run({"history"});
  EXPECT_EQ(world.script.conninfo, "host=c");
  world.run({"history", "--store", "host=d"});
  EXPECT_EQ(world.script.conninfo, "host=d");
}

}  // namespace
}  // namespace jobflip::cli
