// What a flip leaves behind, on a real store: its bounds, hostile publishers, the calls of 0.1.0.

#include <gmock/gmock.h>

#include <pqxx/pqxx>

#include "contract/one_node.hpp"

namespace jobflip::test {
namespace {

using ::testing::HasSubstr;

class PgLeftBehind : public ::testing::Test {
 protected:
  void apply(std::size_t queues) {
    auto fleet = small_fleet();
    auto& pool = fleet.pools.front();
    auto queue = pool.queues.front();
    pool.queues.clear();
    for (std::size_t i = 0; i < queues; ++i) {
      queue.name = QueueName::of("q" + std::to_string(100 + i));
      pool.queues.push_back(queue);
    }
    names_.clear();
    for (const auto& one : pool.queues) names_.push_back(one.name);
    ASSERT_TRUE(store_.oper().apply(fleet, {"alice", "test"}, false).has_value());
    ASSERT_TRUE(eventually([&] { return !job1_.report().frozen; }));
  }
  Epoch hold_mail() {
    const Epoch held = job1_.take().epoch;
    job1_.report(mail, {{mail, held}});
    job2_.report();
    return held;
  }
  FlipId flip_mail(std::string evidence = "{}") {
    auto request = persons_flip(job2);
    request.evidence = std::move(evidence);
    job2_.report();
    const auto answer = store_.oper().request_flip(request);
    EXPECT_TRUE(answer.has_value() && answer->accepted)
        << (answer ? answer->sentence : answer.error().text);
    return answer ? answer->flip : FlipId{};
  }
  void lead() {
    store_.sql(
        "update jobflip_data.pool_owner set state = 'held', holder = 'sup1', epoch = 7 "
        "where pool = 'jobflip.supervisor'");
  }
  std::string payload(const std::string& kind, const std::string& path) {
    return store_.sql("select coalesce(payload::jsonb #>> '{" + path +
                      "}', 'null') from jobflip_data.audit_event where kind = '" + kind +
                      "' order by at desc, seq desc limit 1");
  }
  std::string as_sup1(const std::string& statement) {
    pqxx::connection session{store_.conninfo("sup1")};
    pqxx::nontransaction work{session};
    return work.exec(statement).at(0)[0].c_str();
  }

  PgStore store_{shared_cluster(), PgStore::Database::own};
  OneNode job1_{job1, store_.settings("job1")};
  OneNode job2_{job2, store_.settings("job2")};
  std::vector<QueueName> names_;
};

TEST_F(PgLeftBehind, HasRoomInTheEventBesideTheLargestEvidence) {
  apply(12);
  hold_mail();
  lead();
  core::VerdictReport report{sup1, Epoch{7}, mail, {}};
  for (std::size_t i = 0; i < names_.size(); ++i) {
    core::QueueSample sample;
    sample.queue = names_[i];
    sample.running = static_cast<std::int64_t>(100 + i);
    report.queues.push_back(
        {names_[i], "STALLED", "", sample,
         std::vector<std::string>(core::kMostRunningIds,
                                  std::string(core::kMostRunningIdBytes, '\\'))});
  }
  ASSERT_TRUE(store_.supervisor(sup1).publish(report).value());
  const auto flip = flip_mail(R"({"a": ")" + std::string(60'000, '\\') + R"("})");
  const auto left = store_.reader().timeline(flip)->left_behind;
  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->jobs, 12 * 100 + 66);
  EXPECT_EQ(left->queues_left_out, 2);
  ASSERT_EQ(left->queues.size(), 10u);
  EXPECT_EQ(left->queues.front().jobs, 111) << "those with most jobs first";
  EXPECT_EQ(left->queues.front().ids.size(), core::kMostRunningIds);
  EXPECT_TRUE(left->queues.back().ids.empty()) << "there is no room for more";
  EXPECT_EQ(payload("flip_requested", "running,jobs"), "1266");
}

TEST_F(PgLeftBehind, ASampleThatIsNoneKeepsNoFlipFromBeingAccepted) {
  apply(1);
  hold_mail();
  lead();
  for (const char* sample : {"\"running\":99999999999999999999,", "{\"running\":\"x\"}", "\\u0000",
                             "{\"running\":-3}", ""}) {
    SCOPED_TRACE(sample);
    pqxx::connection session{store_.conninfo("sup1")};
    pqxx::nontransaction work{session};
    work.exec_params(
        "select jobflip.publish_running('sup1', 7, 'mail', array['q100'], array['OK'], "
        "array['x'], array[$1], array[E'1\\n\\n2'])",
        std::string{sample});
    const auto flip = flip_mail();
    const auto left = store_.reader().timeline(flip)->left_behind;
    ASSERT_TRUE(left.has_value());
    ASSERT_EQ(left->queues.size(), 1u);
    EXPECT_EQ(left->queues[0].jobs, std::nullopt);
    EXPECT_TRUE(store_.oper().abort_flip(flip, {"alice", "test"})->accepted);
  }
}

TEST_F(PgLeftBehind, IdsThatAreTooManyAreRefused) {
  apply(1);
  lead();
  const std::string call =
      "select jobflip.publish_running('sup1', 7, 'mail', array['q100'], array['OK'], "
      "array['x'], array[''], ";
  EXPECT_THROW(as_sup1(call + "array[repeat('x', 4001)])"), pqxx::sql_error);
  EXPECT_THROW(as_sup1(call + "array[null])"), pqxx::sql_error);
  EXPECT_EQ(as_sup1(call + "array[repeat('x', 4000)])"), "t");
}

TEST_F(PgLeftBehind, ASupervisorOf010PublishesNoIdsAndAnAgentOf010SaysNothingOfTheEnd) {
  apply(1);
  const Epoch held = hold_mail();
  lead();
  const std::string arguments =
      "('sup1', 7, 'mail', array['q100'], array['OK'], array['x'], array['{\"running\":2}']";
  EXPECT_EQ(as_sup1("select jobflip.publish_running" + arguments + ", array['17'])"), "t");
  EXPECT_EQ(as_sup1("select jobflip.publish" + arguments + ")"), "t");
  const auto flip = flip_mail();
  const auto left = store_.reader().timeline(flip)->left_behind;
  EXPECT_EQ(left->jobs, 2);
  EXPECT_TRUE(left->queues.at(0).ids.empty()) << "those of another supervisor, of before";
  pqxx::connection session{store_.conninfo("job1")};
  pqxx::nontransaction work{session};
  EXPECT_STREQ(work.exec("select jobflip.release('job1', 'mail', " + std::to_string(held.value) +
                         ", gen_random_uuid(), 'flip')")
                   .at(0)[0]
                   .c_str(),
               "released");
  EXPECT_EQ(store_.reader().timeline(flip)->left_behind->workers, core::WorkersEnd::unknown);
  EXPECT_EQ(payload("lease_released", "workers"), "null");
}

TEST_F(PgLeftBehind, ATakeoverOfASilentHolderHasWhatRanThereInItsEvent) {
  apply(1);
  hold_mail();
  lead();
  EXPECT_EQ(as_sup1("select jobflip.publish_running('sup1', 7, 'mail', array['q100'], array['OK'], "
                    "array['x'], array['{\"running\":2}'], array[E'17\\n18'])"),
            "t");
  const auto wait = short_timings().takeover_after;
  ASSERT_TRUE(
      eventually([&] { return job2_.take(mail, wait).outcome == core::TakeOutcome::taken; }));
  EXPECT_EQ(payload("takeover", "running,jobs"), "2");
  EXPECT_EQ(payload("takeover", "running,queues,0,ids"), "[\"17\", \"18\"]");
  EXPECT_THAT(store_.sql("select reason from jobflip_data.audit_event where kind = 'takeover'"),
              HasSubstr("; jobs that ran there when it was last read: 2"));
}

}  // namespace
}  // namespace jobflip::test
