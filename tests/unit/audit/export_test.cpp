#include "jobflip/audit/export.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "unit/audit/some_chain.hpp"

namespace jobflip::audit {
namespace {

TEST(Export, IsTheSameTextHoweverItsEventsCome) {
  const auto events = chain_of(5);
  for (const auto format : {ExportFormat::json, ExportFormat::jsonl, ExportFormat::csv}) {
    const auto whole = written({head_of(events)}, events, format, 5);
    EXPECT_EQ(written({head_of(events)}, events, format, 1), whole);
    EXPECT_EQ(written({head_of(events)}, events, format, 2), whole);
  }
  EXPECT_EQ(written({}, {}), "{\n\"schema\": 1,\n\"heads\": [\n],\n\"events\": [\n]\n}\n");
}

TEST(Export, ComesBackWithEveryField) {
  auto event = chain_of(1).front();
  event.node = "job1";
  event.flip = INT64_MAX;
  event.epoch = INT64_MIN;
  event.actor = "";
  event.reason = "a\tb \x1b[31m";
  event.payload = R"({"a": 1 })";
  event.hash = audit_hash(event.previous_hash, event);
  const core::ChainHead head{"mail", 1, event.hash};
  const auto back = read_whole(written({head}, {event}));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->heads, std::vector{head});
  ASSERT_EQ(back->events.size(), 1u);
  EXPECT_EQ(canonical_form(back->events[0]), canonical_form(event));
  EXPECT_EQ(back->events[0].previous_hash, event.previous_hash);
  EXPECT_TRUE(verify_chains(back->events, back->heads).empty());
}

/// What jobflip writes, and what an owner's hand may have put into the row.
TEST(Export, APayloadIsJsonAndItsTextComesBackByteByByte) {
  const auto with_payload = [](const std::string& text) {
    auto event = chain_of(1).front();
    event.payload = text;
    event.hash = audit_hash(event.previous_hash, event);
    return nlohmann::json::parse(written({head_of({event})}, {event}));
  };
  const std::string nested = R"({"z": 1, "a": {"queues": [{"queue": "email"}]}, "n": 1.50})";
  for (const std::string& text :
       {nested, std::string{"{}"}, std::string{"{ \"two\" :\t1,\"two\":2}"}, std::string{"no JSON"},
        std::string{"{\"cut\": \"sho"}, std::string{}, std::string(5000, '['),
        std::string{"\"caf\xc3\xa9 \xe2\x80\xae\""}}) {
    SCOPED_TRACE(text.substr(0, 80));
    const auto back = read_whole(with_payload(text).dump());  // its keys are sorted now
    ASSERT_TRUE(back);
    EXPECT_EQ(back->events.at(0).payload, text);
    EXPECT_TRUE(verify_chains(back->events, back->heads).empty());
  }
  EXPECT_EQ(with_payload(nested)["events"][0]["payload"]["a"]["queues"][0]["queue"], "email");
  EXPECT_TRUE(with_payload("no JSON")["events"][0]["payload"].is_null());
}

TEST(Export, ANumberThatNoEventCanHaveIsNotReadAsAnother) {
  const auto with_seq = [](const std::string& seq) {
    return read_whole(R"({"schema":1,"events":[],"heads":[{"chain":"mail","seq":)" + seq +
                      R"(,"hash":")" + std::string(64, '0') + "\"}]}");
  };
  ASSERT_TRUE(with_seq("9223372036854775807"));
  const auto file = with_seq("18446744073709551615");
  ASSERT_TRUE(file.has_error());
  EXPECT_NE(file.error().text.find("head 1 does not hold"), std::string::npos);
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, text.npos) << what;
  return at == text.npos ? text : text.replace(at, what.size(), by);
}

// whoever reads the file sees another value than the one that is verified
TEST(Export, AKeyThatIsRepeatedOrUnknownIsRefusedWhereverItIs) {
  auto event = chain_of(1).front();
  event.payload = R"({"a": {"b": 1}})";
  event.hash = audit_hash(event.previous_hash, event);
  const auto whole = written({head_of({event})}, {event});
  EXPECT_TRUE(read_whole(whole).has_value());
  const std::pair<const char*, const char*> repeated[] = {
      {"{\"chain\"", "{\"seq\":1,\"chain\""},
      {"\"kind\"", "\"k\\u0069nd\":\"x\",\"kind\""},
      {"{\"b\":1}", "{\"b\":2,\"b\":1}"},
      {"\"schema\"", "\"heads\": [], \"schema\""},
      {"\"heads\": [\n{", "\"heads\": [\n{\"seq\":9,"},
  };
  for (const auto& [what, by] : repeated) {
    const auto refused = read_whole(replaced(whole, what, by));
    ASSERT_TRUE(refused.has_error()) << by;
    EXPECT_NE(refused.error().text.find("twice"), std::string::npos) << refused.error().text;
  }
  const std::pair<const char*, const char*> unknown[] = {
      {"\"kind\"", "\"approved_by\":\"ann\",\"kind\""},
      {"\"schema\"", "\"note\": \"\", \"schema\""},
      {"\"heads\": [\n{", "\"heads\": [\n{\"events\":9,"},
  };
  for (const auto& [what, by] : unknown)
    EXPECT_TRUE(read_whole(replaced(whole, what, by)).has_error()) << by;
}

TEST(Export, NestedWithoutEndIsAnErrorAndNoCrash) {
  const std::string deep(1'000'000, '[');
  EXPECT_TRUE(read_whole(R"({"schema":1,"heads":[],"events":[]})"));
  EXPECT_TRUE(read_whole(R"({"schema":1,"events":)" + deep + std::string(1'000'000, ']') + "}")
                  .has_error());
}

TEST(Export, ItsVerificationNamesWhatIsBroken) {
  std::vector<ChainCheck> checks(2);
  checks[0].head = {"jobflip", 4, std::string(1, '\x0f')};
  checks[0].begin.seq = 2;
  checks[0].seal = Seal{2, "", 2, "abc"};
  checks[1].head = {"mail", 3, ""};
  checks[1].flaw = Flaw{Finding::edited, "mail", 2, "why", WallTime{Micros{1}}, "hold"};
  const auto json = checks_json(checks);
  EXPECT_EQ(json["sound"], false);
  EXPECT_EQ(json["chains"][0].dump(),
            R"({"chain":"jobflip","events":4,"head_hash":"0f","sound":true,"broken_seq":null,)"
            R"("why":null,"finding":null,"broken_at":null,"broken_kind":null,"begins_after":2,)"
            R"("anchors":0,"sealed":{"events":2,"up_to":2,"sha256":"abc"}})");
  EXPECT_EQ(json["chains"][1]["broken_seq"], 2);
  EXPECT_EQ(json["chains"][1]["why"], "why");
  EXPECT_EQ(json["chains"][1]["finding"], "edited");
  EXPECT_EQ(json["chains"][1]["broken_at"], "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(json["chains"][1]["broken_kind"], "hold");
  EXPECT_EQ(checks_json(std::span{checks}.first(1))["sound"], true);
}

}  // namespace
}  // namespace jobflip::audit
