// What a decision was based on, in the payload of its event: JSON, bounded, and never cut in the
// middle.

#include <gtest/gtest.h>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

class PgEvidence : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.oper().apply(small_fleet(), {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
    held_ = job1_.take().epoch;
    job1_.report(mail, {{mail, held_}});
  }
  /// Of the refusal of a flip to a node that has never sent a beat.
  std::string after_refusal(const std::string& evidence, const std::string& expression) {
    auto request = persons_flip(job2);
    request.evidence = evidence;
    const auto answer = store_.oper().request_flip(request);
    EXPECT_TRUE(answer.has_value()) << answer.error().text;
    return newest("flip_refused", expression);
  }
  std::string newest(const std::string& kind, const std::string& expression) {
    return store_.sql("select " + expression +
                      " from (select payload::jsonb -> 'evidence' as evidence, payload::jsonb as p "
                      "from jobflip_data.audit_event where kind = '" +
                      kind + "' order by at desc limit 1) e");
  }
  PgStore store_;
  OneNode job1_{job1, store_.settings("job1")};
  Epoch held_;
  Epoch leader_;
};

TEST_F(PgEvidence, IsJsonInThePayloadOfARefusalAndOfAFlip) {
  const std::string evidence = R"({"queues": [{"queue": "email"}], "to": null})";
  const auto queue = "evidence -> 'queues' -> 0 ->> 'queue'";
  EXPECT_EQ(after_refusal(evidence, queue), "email");
  OneNode other{job2, store_.settings("job2")};
  other.report();
  auto request = persons_flip(job2);
  request.evidence = evidence;
  ASSERT_TRUE(store_.oper().request_flip(request)->accepted);
  EXPECT_EQ(newest("flip_requested", queue), "email");
  EXPECT_EQ(store_.sql("select f.evidence from jobflip_data.flip f"), evidence) << "to the byte";
  EXPECT_EQ(newest("flip_requested",
                   "p ->> 'evidence_sha256' = (select encode(sha256(convert_to(f.evidence, "
                   "'UTF8')), 'hex') from jobflip_data.flip f)"),
            "t");
}

TEST_F(PgEvidence, LosesItsQueuesIfItIsTooLongForARefusal) {
  std::string evidence = R"({"pool": "mail", "queues": [)";
  for (int i = 0; i < 100; ++i)
    evidence += std::string{i == 0 ? "" : ","} + R"({"queue": "q)" + std::to_string(i) +
                R"(", "reason": ")" + std::string(50, 'x') + "\"}";
  evidence += "]}";
  EXPECT_EQ(after_refusal(evidence, "evidence"),
            R"({"pool": "mail", "queues": [], "queues_left_out": 100})");
  const std::string one_text = R"({"a": ")" + std::string(5000, 'x') + "\"}";
  EXPECT_EQ(after_refusal(one_text, "evidence"),
            "{\"bytes_left_out\": " + std::to_string(one_text.size()) + "}");
  EXPECT_EQ(after_refusal("", "evidence"), "{}");
}

TEST_F(PgEvidence, ThatIsNoJsonObjectIsRefused) {
  EXPECT_EQ(after_refusal("{}", "evidence"), "{}") << "the same call with an object is taken";
  for (const std::string evidence :
       {"{cut", "[1]", "7", "x", R"({"a": "\u0000"})", R"({"a": 1e999999})"}) {
    SCOPED_TRACE(evidence);
    auto request = persons_flip(job2);
    request.evidence = evidence;
    const auto answer = store_.oper().request_flip(request);
    ASSERT_TRUE(answer.has_error());
    EXPECT_NE(answer.error().text.find("evidence is not a JSON object"), std::string::npos)
        << answer.error().text;
  }
  auto deep = persons_flip(job2);
  deep.evidence = R"({"a": )" + std::string(30'000, '[') + std::string(30'000, ']') + "}";
  const auto answer = store_.oper().request_flip(deep);
  EXPECT_TRUE(answer.has_error() || !answer->accepted);
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event where payload like '%[[[%'"),
            "0")
      << "no reader has to climb down there";
  EXPECT_EQ(store_.sql("select count(*) from jobflip_data.audit_event where not "
                       "jobflip.is_json_object(payload)"),
            "0");
}

// 1e131071 has 8 bytes, and 131,072 as text
TEST_F(PgEvidence, ANumberIsNotWrittenOutBeforeItsLengthIsKnown) {
  std::string numbers = "1e131071";
  for (int i = 1; i < 4000; ++i) numbers += ",1e131071";
  EXPECT_EQ(after_refusal(R"({"a": 1e39, "b": 0.00000025})", "evidence ->> 'b'"), "0.00000025");
  std::string deep(20, '['), deeper(60, '[');
  EXPECT_EQ(after_refusal(R"({"a": )" + deep + std::string(20, ']') + "}", "evidence ->> 'b'"), "");
  for (const auto& evidence :
       {"{\"a\": [" + numbers + "]}", std::string{R"({"a": 1e41})"},
        std::string{R"({"a": {"b": -1e300}})"}, std::string{R"({"a": [1e-16000]})"},
        "{\"a\": " + deeper + std::string(60, ']') + "}"}) {
    auto request = persons_flip(job2);
    request.evidence = evidence;
    const auto answer = store_.oper().request_flip(request);
    ASSERT_TRUE(answer.has_error()) << evidence.substr(0, 100);
    EXPECT_EQ(answer.error().code, ErrorCode::usage) << answer.error().text;
    EXPECT_NE(answer.error().text.find("evidence has"), std::string::npos) << answer.error().text;
  }
}

TEST_F(PgEvidence, OfWhoMayNotDecideIsNotRead) {
  const auto held = [&](const std::string& login, const std::string& evidence) {
    return store_.sql("set session authorization " + login + "; select jobflip.record_hold('" +
                      login + "', " + std::to_string(leader_.value) +
                      ", 'mail', 'pause', 'a test', '" + evidence + "')");
  };
  OneNode sup{sup1, store_.settings("sup1")};
  sup.report(supervisors);
  leader_ = sup.take(supervisors).epoch;
  EXPECT_EQ(held("sup1", R"({"a": 1})"), "t");
  EXPECT_EQ(newest("hold", "evidence ->> 'a'"), "1");
  EXPECT_THROW(held("sup1", "[1]"), std::runtime_error) << "whoever leads is told";
  EXPECT_EQ(held("sup2", "[1]"), "f") << "and nobody else's is even looked at";
}

TEST_F(PgEvidence, TheLinesOfALargeApplyAreCountedAndNotCut) {
  auto fleet = small_fleet();
  for (int i = 0; i < 500; ++i) {
    const auto name = "n" + std::to_string(i) + "-" + std::string(50, 'x');
    fleet.nodes.push_back(
        {NodeName::of(name), "login-" + std::string(50, 'y') + std::to_string(i)});
  }
  ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "a test"}, false).has_value());
  // a changed login is a longer line than a new node
  for (auto& node : fleet.nodes) node.login.append("z");
  ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "a test"}, false).has_value());
  const auto counted =
      "jsonb_array_length(p -> 'changes') > 100 and (p ->> 'changes_left_out')::int > 50 and "
      "octet_length((p -> 'changes')::text) between 60000 and 66000";
  EXPECT_EQ(newest("fleet_applied", counted), "t") << newest("fleet_applied", "left(p::text, 500)");
}

}  // namespace
}  // namespace jobflip::test
