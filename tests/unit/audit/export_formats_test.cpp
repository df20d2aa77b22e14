/// The three formats of an export: what was written comes back, whatever is in it, and a file that
/// was changed by a program that keeps its meaning comes back too.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "jobflip/base/hex.hpp"
#include "unit/audit/some_chain.hpp"

namespace jobflip::audit {
namespace {

using core::AuditEvent;

constexpr ExportFormat kFormats[] = {ExportFormat::json, ExportFormat::jsonl, ExportFormat::csv};

const std::string kTexts[] = {
    "",
    "plain",
    "a,b",
    "\"quoted\"",
    "\"",
    "two\r\nlines\n",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "'=1+1",
    "'",
    "''",
    "back\\slash \\u0041 \\",
    "Größe ½ € \xe2\x80\xae \xf0\x9f\x98\x80 \xef\xbf\xbf",
    std::string("\x01\x1b[31m\x7f", 7),
    "{\"a\": 1, \"b\": [true, null, 1.50, \"x \\\" y\"]}",
    "{\"a\":{\"payload_text\":\"x\"},\"payload_text\":\"y\"}",
    std::string(70'000, 'x') + "\"\\\n" + std::string(70'000, '"'),
};

std::vector<AuditEvent> chain_with_texts() {
  auto events = chain_of(static_cast<int>(std::size(kTexts)));
  std::string previous(kHashBytes, '\0');
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto& e = events[i];
    const auto& text = kTexts[i];
    e.kind = text;
    e.node = text;
    e.session_user = text;
    if (i % 2 == 0) e.actor = text;
    e.reason = text;
    e.payload = text;
    e.flip = i % 3 == 0 ? std::optional<std::int64_t>{} : INT64_MAX;
    e.epoch = i % 3 == 1 ? std::optional<std::int64_t>{} : INT64_MIN;
    e.at += std::chrono::hours{24 * i};
    e.previous_hash = previous;
    e = rehashed(e);
    previous = e.hash;
  }
  return events;
}

void expect_same(const std::vector<AuditEvent>& back, const std::vector<AuditEvent>& events) {
  ASSERT_EQ(back.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(canonical_form(back[i]), canonical_form(events[i])) << i;
    EXPECT_EQ(back[i].previous_hash, events[i].previous_hash) << i;
    EXPECT_EQ(back[i].hash, events[i].hash) << i;
  }
}

TEST(ExportFormats, BringBackEveryText) {
  const auto events = chain_with_texts();
  for (const auto format : kFormats) {
    SCOPED_TRACE(name_of(format));
    const auto back = read_whole(written({head_of(events)}, events, format));
    ASSERT_TRUE(back) << back.error().text;
    EXPECT_EQ(back->format, format);
    expect_same(back->events, events);
    EXPECT_EQ(back->heads.size(), format == ExportFormat::json ? 1u : 0u);
  }
}

TEST(ExportFormats, LinesHaveTheKeysOfTheDocument) {
  const auto events = chain_of(2);
  const auto whole = nlohmann::ordered_json::parse(written({head_of(events)}, events));
  const auto lines = written({}, events, ExportFormat::jsonl);
  EXPECT_EQ(lines, whole["events"][0].dump() + "\n" + whole["events"][1].dump() + "\n");
}

TEST(ExportFormats, CsvHasAHeaderAndWhatRfc4180Asks) {
  auto event = chain_of(1).front();
  event.actor = "ann, \"the\" op";
  event.reason = "";
  event.payload = "{\"a\": 1}";
  EXPECT_EQ(written({}, {event}, ExportFormat::csv),
            "chain,seq,at,at_us,kind,node,flip,epoch,session_user,actor,reason,payload_text,"
            "previous_hash,hash\r\n"
            "mail,1,2023-11-14T22:13:20.000001Z,1700000000000001,lease_taken,,,,job1,"
            "\"ann, \"\"the\"\" op\",\"\",\"{\"\"a\"\": 1}\"," +
                std::string(64, '0') + "," + hex_of_bytes(event.hash) + "\r\n");
}

// what a spreadsheet would run as a formula
TEST(ExportFormats, NoFieldOfACsvBeginsAsAFormula) {
  const auto events = chain_with_texts();
  const auto text = written({}, events, ExportFormat::csv);
  for (const std::string start : {"=", "+", "@", "\t"}) {
    EXPECT_EQ(text.find("," + start), std::string::npos) << start;
    EXPECT_EQ(text.find(",\"" + start), std::string::npos) << start;
  }
  EXPECT_NE(text.find(",'=1+1,"), std::string::npos);
  EXPECT_NE(text.find(",'-1,"), std::string::npos);
  EXPECT_NE(text.find(",''=1+1,"), std::string::npos) << "so that it comes back as it was";
}

TEST(ExportFormats, HoldAsOtherProgramsWriteThem) {
  const auto events = chain_with_texts();
  const auto whole = written({head_of(events)}, events);
  const auto sorted = nlohmann::json::parse(whole);
  const std::string other_ways[] = {sorted.dump(), sorted.dump(4),
                                    "\n  " + sorted.dump(1) + "\n\n"};
  for (const auto& text : other_ways) {
    const auto back = read_whole(text);
    ASSERT_TRUE(back) << back.error().text;
    expect_same(back->events, events);
    EXPECT_EQ(back->heads, std::vector{head_of(events)});
  }
  std::string pretty;
  for (const auto& event : sorted["events"]) pretty += event.dump(2) + "\n";
  const auto lines = read_whole(pretty);
  ASSERT_TRUE(lines) << lines.error().text;
  EXPECT_EQ(lines->format, ExportFormat::jsonl);
  expect_same(lines->events, events);
  auto csv = written({}, chain_of(3), ExportFormat::csv);
  for (auto at = csv.find('\r'); at != csv.npos; at = csv.find('\r')) csv.erase(at, 1);
  const auto unix = read_whole(csv);
  ASSERT_TRUE(unix) << unix.error().text;
  expect_same(unix->events, chain_of(3));
}

TEST(ExportFormats, AFileThatWasCutInAnEventIsNoExport) {
  const auto events = chain_of(3);
  for (const auto format : kFormats) {
    const auto whole = written({head_of(events)}, events, format);
    ASSERT_TRUE(read_whole(whole));
    for (std::size_t length = whole.size() - 60; length < whole.size() - 2; ++length) {
      if (format == ExportFormat::json && length >= whole.size() - 4) continue;  // the last braces
      const auto cut = read_whole(whole.substr(0, length));
      EXPECT_TRUE(cut.has_error()) << name_of(format) << " " << length;
    }
  }
}

TEST(ExportFormats, ADocumentWithoutItsEndIsNoExport) {
  const auto events = chain_of(2);
  const auto whole = written({head_of(events)}, events);
  for (std::size_t length = 0; length + 1 < whole.size(); ++length)
    EXPECT_TRUE(read_whole(whole.substr(0, length)).has_error()) << length;
  EXPECT_TRUE(read_whole(whole + "{}").has_error());
}

TEST(ExportFormats, ACsvWithAnotherHeaderOrAFieldTooManyIsNoExport) {
  const auto whole = written({}, chain_of(2), ExportFormat::csv);
  const std::pair<const char*, const char*> changes[] = {
      {"chain,seq", "seq,chain"},
      {"\r\nmail,", "\r\nmail,x,"},
      {"mail,1,", "mail,,"},
      {"mail,1,", "mail,1x,"},
      {",lease_taken,", ",lease\"taken,"},
      {"000001Z", "000002Z"},
      {"1700000000000001", "-1"},
      {"job1", ""},
      {",reason 1,", ",\xff,"},
      {",\r\n", ",\r"},
  };
  for (const auto& [what, by] : changes) {
    auto text = whole;
    const auto at = text.find(what);
    if (at == text.npos) continue;
    text.replace(at, std::string_view{what}.size(), by);
    const auto back = read_whole(text);
    EXPECT_TRUE(back.has_error()) << what << " -> " << by;
  }
  EXPECT_TRUE(read_whole(whole.substr(0, whole.find('\n') + 1))) << "a log without an event";
}

TEST(ExportFormats, APartSaysSoAndWhereItBegins) {
  const auto events = chain_of(5);
  const ExportPart part{"mail", events[2].at, {}, {{"mail", 2, events[1].hash}}};
  std::ostringstream out;
  const std::vector<core::ChainHead> heads{head_of(events)};
  ExportWriter writer{out, ExportFormat::json, heads, part};
  writer.add(std::span{events}.subspan(2));
  writer.finish();
  const auto document = nlohmann::json::parse(out.str());
  EXPECT_EQ(document["part"].dump(),
            R"({"chain":"mail","since":"2023-11-14T22:13:20.000003Z","until":null})");
  const auto back = read_whole(out.str());
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_TRUE(back->ends.is_part);
  EXPECT_EQ(back->ends.begins, part.begins);
  LogCheck check;
  for (const auto& event : back->events) check.add(event);
  const auto checks = check.finish(back->ends);
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_FALSE(checks[0].flaw);
  EXPECT_EQ(checks[0].begin.seq, 2);
  EXPECT_EQ(checks[0].events, 3);
  auto without = document;
  without.erase("begins");
  EXPECT_TRUE(read_whole(without.dump()).has_error());
}

/// The quick way and the other one must agree: each line is read in its own form, and in one that
/// only the other way reads.
TEST(ExportFormats, WhatTheQuickWayReadsTheOtherOneReadsToo) {
  const std::string payloads[] = {"{}",
                                  "[]",
                                  "{ }",
                                  "[1, 2]",
                                  "{\"a\": 1, \"a\": 1}",
                                  "{\"a\":1,\"a\":1}",
                                  "1",
                                  "null",
                                  "1.5",
                                  "-0",
                                  "01",
                                  "1e5",
                                  "12345678901234567890",
                                  "true",
                                  "tru",
                                  "{\"a\": }",
                                  "{\"a\": 1,}",
                                  "{\"a\": \"x\ny\"}",
                                  "\"\\u0041\"",
                                  "\"\\ud800\"",
                                  "\"\\q\"",
                                  "{\"a\" : [ { } , [ ] ] }",
                                  "[[[[]]]]",
                                  "{\"a\": 1} x",
                                  "",
                                  " ",
                                  "{\"\\u0061\": 1}",
                                  "{\"a\\\"b\": \" , : \"}"};
  for (const auto& payload : payloads) {
    auto event = chain_of(1).front();
    event.payload = payload;
    event = rehashed(event);
    const auto line = written({}, {event}, ExportFormat::jsonl);
    const auto quick = read_whole(line);
    auto spaced = line;
    spaced.replace(0, 1, "{ ");
    const auto other = read_whole(spaced);
    ASSERT_TRUE(quick && other) << payload;
    EXPECT_EQ(quick->events[0].payload, payload);
    EXPECT_EQ(other->events[0].payload, payload);
    // the payload as its own text, which is not what ExportWriter writes for all of them
    const auto shown = ",\"payload\":" + event_json(event)["payload"].dump() + ",";
    for (const auto& raw : payloads) {
      auto changed = line;
      const auto at = changed.find(shown);
      ASSERT_NE(at, std::string::npos) << payload;
      changed.replace(at, shown.size(), ",\"payload\":" + raw + ",");
      const auto by_quick = read_whole(changed);
      const auto by_other = read_whole("{ " + changed.substr(1));
      EXPECT_EQ(by_quick.has_value(), by_other.has_value()) << payload << " shown as " << raw;
    }
  }
}

}  // namespace
}  // namespace jobflip::audit
