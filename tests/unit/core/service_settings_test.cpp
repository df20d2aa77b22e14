#include "jobflip/core/service_settings.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "jobflip/core/service_document.hpp"
#include "jobflip/core/settings_document.hpp"

namespace jobflip::core {
namespace {

WallTime day(int number) {
  return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}} +
         std::chrono::days{number};
}

ServiceSettings page() {
  ServiceSettings out;
  out.name = ServiceName::of("web");
  out.url = "https://app.example.com/health";
  return out;
}

CalendarWindow once() {
  CalendarWindow out;
  out.from = day(0);
  out.until = day(1);
  out.reason = "new disks";
  return out;
}

CalendarWindow weekly() {
  CalendarWindow out;
  out.weekly = "sun 02:00";
  out.length = std::chrono::hours{2};
  out.time_zone = "Europe/Berlin";
  return out;
}

struct FaultCase {
  std::string field;  // "": none
  std::function<void(ServiceSettings&)> change;
};

const std::vector<FaultCase> kFaults = {
    {"", [](auto&) {}},
    {"", [](auto& s) { s.expect_status = "200-204"; }},
    {"url", [](auto& s) { s.url.reset(); }},
    {"url", [](auto& s) { s.url = "ftp://app.example.com"; }},
    {"url", [](auto& s) { s.url = "https://"; }},
    {"url", [](auto& s) { s.url = "https://a b"; }},
    {"url", [](auto& s) { s.url = "https://ada:secret@app.example.com"; }},
    {"host", [](auto& s) { s.host = "db1"; }},
    {"port", [](auto& s) { s.port = 80; }},
    {"command", [](auto& s) { s.command = "it"; }},
    {"expect_status", [](auto& s) { s.expect_status = "399-200"; }},
    {"expect_status", [](auto& s) { s.expect_status = "2xx"; }},
    {"expect_status", [](auto& s) { s.expect_status = "99"; }},
    {"timeout", [](auto& s) { s.timeout = Millis{30'001}; }},
    {"timeout", [](auto& s) { s.every = s.timeout = Millis{90'000}; }},
    {"slow_after", [](auto& s) { s.slow_after = s.timeout; }},
    {"",
     [](auto& s) {
       s.check = CheckKind::tcp;
       s.url.reset();
       s.host = "2001:db8::7";
       s.port = 5432;
     }},
    {"host",
     [](auto& s) {
       s.check = CheckKind::tcp;
       s.url.reset();
       s.host = "db1/x";
       s.port = 5432;
     }},
    {"port",
     [](auto& s) {
       s.check = CheckKind::tcp;
       s.url.reset();
       s.host = "db1";
     }},
    {"command",
     [](auto& s) {
       s.check = CheckKind::exec;
       s.url.reset();
       s.command = "rm -rf /";
     }},
    {"expect_status",
     [](auto& s) {
       s.check = CheckKind::exec;
       s.url.reset();
       s.command = "it";
       s.expect_status = "200";
     }},
    {"",
     [](auto& s) {
       s.maintenance = {once(), weekly()};
     }},
    {"maintenance",
     [](auto& s) {
       s.maintenance = {once(), once()};
     }},
    {"maintenance",
     [](auto& s) {
       s.maintenance = {once()};
       s.maintenance[0].until = day(0);
     }},
    {"maintenance",
     [](auto& s) {
       s.maintenance = {once()};
       s.maintenance[0].until.reset();
     }},
    {"maintenance",
     [](auto& s) {
       s.maintenance = {once()};
       s.maintenance[0].weekly = "sun 02:00";
     }},
    {"maintenance",
     [](auto& s) {
       s.maintenance = {weekly()};
       s.maintenance[0].length = Millis{0};
     }},
    {"maintenance",
     [](auto& s) {
       s.maintenance = {weekly()};
       s.maintenance[0].time_zone = "";
     }},
    {"maintenance", [](auto& s) { s.maintenance = {CalendarWindow{}}; }},
};

TEST(ServiceSettings, WhatDoesNotFitIsNamed) {
  for (const FaultCase& c : kFaults) {
    auto service = page();
    c.change(service);
    const auto fault = check_service(service);
    EXPECT_EQ(fault ? fault->field : "", c.field)
        << (fault ? fault->text : service_document(service));
  }
}

TEST(ServiceSettings, ATimeOfTheWeekIsADayAndATime) {
  for (const char* good : {"mon 00:00", "sun 23:59", "thu 02:30"})
    EXPECT_TRUE(is_weekly_time(good)) << good;
  for (const char* bad : {"", "sun", "Sun 02:00", "sun 2:00", "sun 24:00", "sun 02:60", "sun  2:00",
                          "sun 02:00 ", "day 02:00", "sun -1:00"})
    EXPECT_FALSE(is_weekly_time(bad)) << bad;
}

TEST(ServiceDocument, ReadsBackWhatItWrote) {
  auto service = page();
  service.every = Millis{60'000};
  service.slow_after = Millis{800};
  service.body_contains = "say \"ok\"\n";
  service.target_percent = 99.5;
  service.maintenance = {once(), weekly()};
  const auto read = parse_service_document(service_document(service));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, service);
}

TEST(ServiceDocument, IgnoresWhatItDoesNotKnowAndNamesWhatItCanNotRead) {
  const auto with = [](const std::string& pointer, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(service_document(page()));
    json[nlohmann::json::json_pointer{pointer}] = value;
    return parse_service_document(json.dump());
  };
  EXPECT_EQ(*with("/later", 1), page());
  for (const std::string key : {"name", "every_ms", "check", "maintenance"}) {
    const auto read = with("/" + key, -1.5);
    ASSERT_TRUE(read.has_error()) << key;
    EXPECT_NE(read.error().text.find(key), std::string::npos) << read.error().text;
  }
  EXPECT_TRUE(parse_service_document("[").has_error());
}

TEST(ServiceDocument, IsPartOfTheFleet) {
  Fleet fleet;
  fleet.services = {page()};
  const auto json = nlohmann::json::parse(fleet_document(fleet));
  EXPECT_EQ(json["services"]["web"]["url"], *page().url);
  EXPECT_EQ(json["services"]["web"].contains("name"), false);
}

}  // namespace
}  // namespace jobflip::core
