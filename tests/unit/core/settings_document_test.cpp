#include "jobflip/core/settings_document.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "jobflip/core/settings_fields.hpp"

namespace jobflip::core {
namespace {

using Json = nlohmann::json;

/// Moves a member away from where it was, by its type, so that no default hides what is lost.
template <class Owner>
struct Change {
  Owner& owner;
  int number;

  void operator()(Millis Owner::*m) const { owner.*m += Millis{number}; }
  void operator()(std::optional<Millis> Owner::*m) const { owner.*m = Millis{number}; }
  void operator()(int Owner::*m) const { owner.*m += number; }
  void operator()(bool Owner::*m) const { owner.*m = !(owner.*m); }
  void operator()(double Owner::*m) const { owner.*m += 0.01 * number; }
  void operator()(std::string Owner::*m) const {
    owner.*m = "say \"" + std::to_string(number) + "\"\n\x01 \xc3\xa9";
  }
  void operator()(std::optional<std::string> Owner::*m) const {
    owner.*m = std::to_string(number) + " \xc3\xa9";
  }
  void operator()(const Choice<Owner>& choice) const {
    choice.set(owner, (choice.get(owner) + 1) % choice.words.size());
  }
};

template <class Owner>
void change_all(Owner& owner) {
  int number = 0;
  for (const auto& field : fields_of<Owner>())
    std::visit(Change<Owner>{owner, ++number}, field.member);
}

PoolSettings changed() {
  PoolSettings pool;
  pool.name = PoolName::of("mail");
  pool.version = SettingsVersion{7};
  change_all(pool);
  change_all(pool.timings);
  pool.candidates = {{NodeName::of("job2"), 10}, {NodeName::of("job1"), 20}};
  QueueSettings queue;
  queue.name = QueueName::of("z-first");
  change_all(queue);
  pool.queues = {queue, QueueSettings{}};
  pool.queues[1].name = QueueName::of("a-second");
  return pool;
}

std::string changed_in(const PoolSettings& pool, const std::string& pointer, const Json& value) {
  auto json = Json::parse(pool_document(pool));
  json[Json::json_pointer{pointer}] = value;
  return json.dump();
}

TEST(PoolDocument, EverySettingComesBackAsItWas) {
  const auto pool = changed();
  const auto back = parse_pool_document(pool_document(pool));
  ASSERT_TRUE(back.has_value()) << back.error().text;
  EXPECT_EQ(*back, pool);
  PoolSettings fresh;
  fresh.name = pool.name;
  EXPECT_EQ(parse_pool_document(pool_document(fresh)).value(), fresh);
}

TEST(PoolDocument, NoTwoSettingsHaveOneKey) {
  std::size_t count = 2;  // candidates and queues
  count += fields_of<PoolSettings>().size() + fields_of<LeaseTimings>().size();
  EXPECT_EQ(Json::parse(pool_document(changed())).size(), count + 2) << "and name and version";
  EXPECT_EQ(Json::parse(pool_document(changed()))["queues"]["z-first"].size(),
            fields_of<QueueSettings>().size() + 1);
}

// a site is upgraded node by node: what wrote the settings may be newer or older than its reader
TEST(PoolDocument, AKeyOfANewerProgramDisturbsNobody) {
  const auto pool = changed();
  for (const Json& value : {Json{1}, Json{"word"}, Json{nullptr}, Json{{"deep", {1, 2}}}})
    for (const std::string path : {"/new_setting", "/new_ms", "/queues/z-first/new_setting"}) {
      const auto back = parse_pool_document(changed_in(pool, path, value));
      ASSERT_TRUE(back.has_value()) << path << value << ": " << back.error().text;
      EXPECT_EQ(*back, pool) << path << value;
    }
}

TEST(PoolDocument, AKeyThatAnOlderProgramDidNotWriteIsItsDefault) {
  const auto pool = changed();
  const auto without = [&](const std::string& key, bool null) {
    auto json = Json::parse(pool_document(pool));
    if (null)
      json[key] = nullptr;
    else
      json.erase(key);
    return parse_pool_document(json.dump()).value();
  };
  for (const bool null : {false, true}) {
    auto wanted = pool;
    wanted.hold_down = PoolSettings{}.hold_down;
    EXPECT_EQ(without("hold_down_ms", null), wanted);
    wanted = pool;
    wanted.when_workers_end = PoolSettings{}.when_workers_end;
    EXPECT_EQ(without("when_workers_end", null), wanted);
    wanted = pool;
    wanted.timings.guard_margin = LeaseTimings{}.guard_margin;
    EXPECT_EQ(without("guard_margin_ms", null), wanted);
  }
}

TEST(PoolDocument, AValueThatCannotBeReadIsNamed) {
  const auto pool = changed();
  for (const auto& [path, value, key] : std::vector<std::tuple<std::string, Json, std::string>>{
           {"/lease_ms", 9223372036854775807, "lease_ms"},
           {"/lease_ms", 18446744073709551615u, "lease_ms"},
           {"/lease_ms", 3162240000001, "lease_ms"},
           {"/lease_ms", "1000", "lease_ms"},
           {"/lease_ms", 1.5, "lease_ms"},
           {"/lease_ms", 1e300, "lease_ms"},
           {"/clock_rate_bound", "0.1", "clock_rate_bound"},
           {"/mode", "perhaps", "mode"},
           {"/mode", 1, "mode"},
           {"/workers_fence_every_claim", "yes", "workers_fence_every_claim"},
           {"/queues/z-first/enter_after", 2147483648, "enter_after"},
           {"/queues/z-first/query", 7, "query"},
           {"/queues/z-first", 7, "queues"},
           {"/queues/Bad Name", Json::object(), "queues"},
           {"/candidates", Json::array(), "candidates"},
           {"/candidates/job1", "10", "candidates"},
           {"/version", nullptr, "version"},
           {"/name", "", "name"}}) {
    const auto back = parse_pool_document(changed_in(pool, path, value));
    ASSERT_TRUE(back.has_error()) << path << " " << value;
    EXPECT_EQ(back.error().code, ErrorCode::store_failed);
    EXPECT_EQ(back.error().text, "settings: " + key + " can't be read") << path << " " << value;
  }
  EXPECT_EQ(parse_pool_document(changed_in(pool, "/lease_ms", 1000.0))->timings.lease,
            Millis{1000});
  for (const auto* text : {"", "nonsense", "[]", "7", "{\"name\":\"mail\"", "null"})
    EXPECT_TRUE(parse_pool_document(text).has_error()) << text;
}

TEST(FleetDocument, IsByNameAndSupervisorsHaveAPoolInTheOrderOfTheFile) {
  Fleet fleet;
  fleet.nodes = {{NodeName::of("job1"), "job1"}, {NodeName::of("job2"), "login \"2\"\n"}};
  fleet.supervisors = {{NodeName::of("sup2"), "sup2"}, {NodeName::of("sup1"), "sup1"}};
  fleet.supervisor_timings.lease = Millis{12'345};
  fleet.pools = {changed()};
  const auto json = Json::parse(fleet_document(fleet));
  EXPECT_EQ(json["budget"], (Json{{"flips", 3}, {"window_ms", 3'600'000}}));
  EXPECT_EQ(json["samples_kept_ms"], 2'592'000'000);
  EXPECT_EQ(json["nodes"]["job2"]["login"], "login \"2\"\n");
  const auto& mail = json["pools"]["mail"];
  EXPECT_EQ(mail["kind"], "workers");
  EXPECT_EQ(mail["candidates"], (Json{{"job1", 20}, {"job2", 10}}));
  EXPECT_EQ(mail["queues"]["a-second"]["place"], 1);
  EXPECT_FALSE(mail["queues"]["a-second"].contains("job_timeout_ms"));
  const auto& own = json["pools"]["jobflip.supervisor"];
  EXPECT_EQ(own["kind"], "supervisors");
  EXPECT_EQ(own["lease_ms"], 12'345);
  EXPECT_EQ(own["candidates"], (Json{{"sup1", 20}, {"sup2", 10}}));
  fleet.supervisors.clear();
  EXPECT_EQ(Json::parse(fleet_document(fleet))["pools"].size(), 1u);
}

}  // namespace
}  // namespace jobflip::core
