#include "jobflip/audit/export.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "unit/audit/some_chain.hpp"

namespace jobflip::audit {
namespace {

Result<Export> read(const std::string& text) {
  std::istringstream in{text};
  return read_export(in, "a.json");
}

std::string written(const std::vector<core::ChainHead>& heads,
                    const std::vector<core::AuditEvent>& events, std::size_t page) {
  std::ostringstream out;
  ExportWriter writer{out, heads};
  for (std::size_t at = 0; at < events.size(); at += page)
    writer.add(std::span{events}.subspan(at, std::min(page, events.size() - at)));
  writer.finish();
  return out.str();
}

TEST(Export, IsTheSameTextHoweverItsEventsCome) {
  const auto events = chain_of(5);
  const auto whole = written({head_of(events)}, events, 5);
  EXPECT_EQ(written({head_of(events)}, events, 1), whole);
  EXPECT_EQ(written({head_of(events)}, events, 2), whole);
  EXPECT_EQ(written({}, {}, 1), "{\n\"schema\": 1,\n\"heads\": [\n],\n\"events\": [\n]\n}\n");
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
  const auto back = read(written({head}, {event}, 1));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->heads, std::vector{head});
  ASSERT_EQ(back->events.size(), 1u);
  EXPECT_EQ(canonical_form(back->events[0]), canonical_form(event));
  EXPECT_EQ(back->events[0].previous_hash, event.previous_hash);
  EXPECT_TRUE(verify_chains(back->events, back->heads).empty());
}

TEST(Export, ANumberThatNoEventCanHaveIsNotReadAsAnother) {
  const auto with_seq = [](const std::string& seq) {
    return read(R"({"schema":1,"events":[],"heads":[{"chain":"mail","seq":)" + seq +
                R"(,"hash":")" + std::string(64, '0') + "\"}]}");
  };
  ASSERT_TRUE(with_seq("9223372036854775807"));
  const auto file = with_seq("18446744073709551615");
  ASSERT_TRUE(file.has_error());
  EXPECT_NE(file.error().text.find("head 1 does not hold"), std::string::npos);
}

TEST(Export, NestedWithoutEndIsAnErrorAndNoCrash) {
  const std::string deep(1'000'000, '[');
  EXPECT_TRUE(read(R"({"schema":1,"heads":[],"events":[]})"));
  EXPECT_TRUE(
      read(R"({"schema":1,"events":)" + deep + std::string(1'000'000, ']') + "}").has_error());
}

TEST(Export, ItsVerificationNamesWhatIsBroken) {
  const std::vector<ChainCheck> checks{{{"jobflip", 4, std::string(1, '\x0f')}, std::nullopt},
                                       {{"mail", 3, ""}, Flaw{"mail", 2, "why"}}};
  const auto json = checks_json(checks);
  EXPECT_EQ(json["sound"], false);
  EXPECT_EQ(json["chains"][0].dump(),
            R"({"chain":"jobflip","events":4,"head_hash":"0f","sound":true,"broken_at":null,)"
            R"("why":null})");
  EXPECT_EQ(json["chains"][1]["broken_at"], 2);
  EXPECT_EQ(json["chains"][1]["why"], "why");
  EXPECT_EQ(checks_json(std::span{checks}.first(1))["sound"], true);
}

}  // namespace
}  // namespace jobflip::audit
