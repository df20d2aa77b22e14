#include "jobflip/config/conninfo.hpp"

#include <gtest/gtest.h>

#include <string>

namespace jobflip::config {
namespace {

TEST(Conninfo, TakesWhatLibpqTakes) {
  for (const std::string text : {
           "service=jobflip",
           "host=/run/pg dbname=jobs user=job1",
           "  host = a  port=5432 ",
           "host='a b' dbname=x",
           R"(options='-c a=\'password=1\'')",
           R"(user=a\ b host=c)",
           "passfile=/etc/jobflip/pgpass host=a",
           "host=",
           "postgresql://",
           "postgres://h/db",
           "postgresql://user@h:5432/db?sslmode=require&application_name=x",
           "postgresql:///db?host=/run/pg",
       }) {
    EXPECT_EQ(why_not_conninfo(text), "") << text;
  }
}

TEST(Conninfo, RefusesEveryWayToWriteAPassword) {
  for (const std::string text : {
           "password=x",
           "host=a password=x",
           "host=a password = 'x'",
           "sslpassword=x",
           "postgresql://u:secret@h/db",
           "postgres://:secret@h",
           "postgresql://h/db?password=x",
           "postgresql://h/db?sslmode=require&sslpassword=x",
           "postgresql://u:a@b@h/db",
           "postgresql://u:?p@h/db",
           "postgresql://u?x@h/db?password=s",
           "postgresql://[h?]/db?password=s",
           "\vpassword=x",
           "host=a\fpassword=x",
       }) {
    EXPECT_NE(why_not_conninfo(text).find("it holds a password"), std::string::npos) << text;
  }
  EXPECT_NE(why_not_conninfo("postgresql://h/db?p%61ssword=x"), "");
}

TEST(Conninfo, RefusesWhatIsNone) {
  EXPECT_EQ(why_not_conninfo(""), "it is empty");
  EXPECT_EQ(why_not_conninfo("   "), "it is empty");
  EXPECT_EQ(why_not_conninfo("jobflip"), "it has a word without \"=\"");
  EXPECT_EQ(why_not_conninfo("host=a jobflip"), "it has a word without \"=\"");
  EXPECT_EQ(why_not_conninfo("=a"), "it has a word without \"=\"");
  EXPECT_EQ(why_not_conninfo("host='a"), "a quote in it is not closed");
  EXPECT_EQ(why_not_conninfo("host='a\\'"), "a quote in it is not closed");
  EXPECT_EQ(why_not_conninfo(std::string("host=a\0b", 8)), "it has a zero byte");
  EXPECT_EQ(why_not_conninfo("host=" + std::string(5000, 'a')), "it is longer than 4,096 bytes");
}

}  // namespace
}  // namespace jobflip::config
