// Queues with a preset in the pool file.

#include <gtest/gtest.h>

#include "jobflip/config/files.hpp"

namespace jobflip::config {
namespace {

using namespace std::chrono_literals;
using core::DoneKind;

std::vector<std::string> faults(const std::string& text) {
  std::vector<std::string> out;
  const auto parsed = parse_fleet_text(text, "mail.toml");
  if (parsed) return out;
  for (const auto& error : parsed.error().errors)
    out.push_back(to_text(error) + " | " + error.hint);
  return out;
}

void expect_fault(const std::string& text, const std::string& wanted) {
  std::string shown;
  for (const auto& one : faults(text)) shown += one + "\n";
  EXPECT_NE(shown.find(wanted), std::string::npos) << "wanted: " << wanted << "\ngot:\n" << shown;
}

std::string pool_with(const std::string& lines) {
  return "[[node]]\nname = \"job1\"\n[[node]]\nname = \"job2\"\n"
         "[[pool]]\nname = \"mail\"\ncandidates = [\"job1\", \"job2\"]\n" +
         lines;
}

TEST(FleetPreset, TakesThePlaceOfAQueryAndBringsWhatItKnows) {
  const std::string queue = "[[pool.queue]]\nname = \"email\"\ndatabase = \"app\"\n";
  const auto read = [&](const std::string& rest) {
    const auto text = pool_with(queue + rest);
    const auto got = parse_fleet_text(text, "mail.toml");
    EXPECT_TRUE(got) << faults(text).front();
    return got ? got->pools[0].queues[0] : core::QueueSettings{};
  };
  const auto plain = read("preset = \"graphile-worker\"");
  EXPECT_EQ(plain.preset, "graphile-worker");
  EXPECT_EQ(plain.query, "");
  EXPECT_EQ(plain.done_kind, DoneKind::table);
  EXPECT_EQ(plain.pickup_every, 2s);
  const auto said = read(
      "preset = \"graphile-worker\"\nschema = \"My Jobs\"\ndone = \"queue\"\n"
      "pickup_every = \"0s\"");
  EXPECT_EQ(said.schema, "My Jobs");
  EXPECT_EQ(said.done_kind, DoneKind::queue);
  EXPECT_EQ(said.pickup_every, 0s);

  const std::pair<std::string, std::string> cases[] = {
      {"preset = \"rivr\"", "queue.email.preset: \"rivr\" is not a preset of this program"},
      {"preset = \"rivr\"", "| did you mean \"river\"? presets: river, "},
      {"preset = \"graphile_worker\"", "| did you mean \"graphile-worker\"?"},
      {"preset = \"river\"\nquery = \"select 1\"",
       "queue.email.preset: is there beside query: exactly one of the two must be given"},
      {"preset = \"river\"\ntable = \"jobs\"",
       "queue.email.table: preset river has no table | what it has: schema"},
      {"query = \"select 1\"\nschema = \"x\"", "queue.email.schema: belongs to a preset"},
      {"", "queue.email.query: is missing, and so is preset"},
      {"preset = \"river\"\nschema = \"a\\nb\"", "it has a control character in it"},
  };
  for (const auto& [lines, wanted] : cases) expect_fault(pool_with(queue + lines), wanted);
  EXPECT_EQ(faults(pool_with(queue + "preset = 1")).size(), 1u) << "one fault is enough";
}

TEST(FleetQuery, RefusesControlCharactersAndNamesTheLine) {
  const std::string queue = "[[pool.queue]]\nname = \"email\"\ndatabase = \"app\"\nquery = ";
  expect_fault(pool_with(queue + "\"select 1,\\n\\t2,\\u0008 3\"\n"),
               "mail.toml:11: pool.mail.queue.email.query: has the control character \\x08 in its "
               "line 2 | take it out");
  expect_fault(pool_with(queue + "\"\\u001b[2Jselect 1\"\n"), "has the control character \\x1b");
  EXPECT_TRUE(faults(pool_with(queue + "\"select 1,\\r\\n\\t2\"\n")).empty());
}

}  // namespace
}  // namespace jobflip::config
