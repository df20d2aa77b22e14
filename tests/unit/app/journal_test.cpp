#include "app/journal.hpp"
#include "support/build_paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace jobflip {
namespace {

/// The catalog's entries: the id, and the text below it.
std::map<std::string, std::string> read_catalog() {
  std::ifstream file(test::source_path("units/jobflip.catalog"));
  std::map<std::string, std::string> entries;
  std::string id;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("-- ")) {
      id = line.substr(3);
      EXPECT_FALSE(entries.contains(id)) << id;
      entries[id];
    } else if (!id.empty()) {
      entries[id] += line + '\n';
    }
  }
  return entries;
}

TEST(Journal, TheCatalogHasOneEntryForEveryKindAndNoOther) {
  const auto entries = read_catalog();
  EXPECT_EQ(entries.size(), core::kLogEventTable.size());
  for (const core::LogEventRow& row : core::kLogEventTable) {
    const auto entry = entries.find(std::string{row.message_id});
    ASSERT_NE(entry, entries.end()) << row.name;
    EXPECT_TRUE(entry->second.starts_with("Subject: ")) << row.name;
    EXPECT_NE(entry->second.find("\nDefined-By: jobflip\n\n"), std::string::npos) << row.name;
  }
}

TEST(Journal, AnEntryHasItsFieldsAndNothingFromOutsideAddsOne) {
  core::LogEvent log_event{.kind = core::LogEventKind::flip_asked,
                           .pool = PoolName::of("mail"),
                           .flip = FlipId{17},
                           .epoch = Epoch{42},
                           .verdict = "STALLED",
                           .sentence = "night\nJOBFLIP_FLIP=18"};
  const auto fields = app::fields_of("agent", NodeName::of("job1"), log_event, 2);
  const std::vector<std::string> wanted{
      "MESSAGE=night\\x0aJOBFLIP_FLIP=18",
      "MESSAGE_ID=" + std::string{core::row_of(core::LogEventKind::flip_asked).message_id},
      "PRIORITY=5",
      "SYSLOG_IDENTIFIER=jobflip-agent",
      "JOBFLIP_KIND=flip_asked",
      "JOBFLIP_NODE=job1",
      "JOBFLIP_POOL=mail",
      "JOBFLIP_FLIP=17",
      "JOBFLIP_EPOCH=42",
      "JOBFLIP_VERDICT=STALLED",
      "JOBFLIP_REPEATS=2"};
  EXPECT_EQ(fields, wanted);
}

TEST(Journal, ADaemonWhoseStderrTheJournalDoesNotReadHasNone) {
  ::setenv("JOURNAL_STREAM", "1:1", 1);
  EXPECT_EQ(app::open_journal("agent"), nullptr);
  ::unsetenv("JOURNAL_STREAM");
  EXPECT_EQ(app::open_journal("agent"), nullptr);
}

}  // namespace
}  // namespace jobflip
