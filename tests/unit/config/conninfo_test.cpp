#include "jobflip/config/conninfo.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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
           "PASSWORD=x",
           "host=a PassWord='x'",
           "SslPassword=x",
           "postgresql://h/db?PASSWORD=x",
           "host=a\fpassword=x",
       }) {
    EXPECT_NE(why_not_conninfo(text).find("it holds a password"), std::string::npos) << text;
  }
  EXPECT_NE(why_not_conninfo("postgresql://h/db?p%61ssword=x"), "");
}

struct Wrong {
  std::string text;
  std::string why;
};

TEST(Conninfo, RefusesWhatLibpqWouldRefuseAtTheFirstConnect) {
  const std::vector<Wrong> table{
      {"host=a sslmod=require", "invalid connection option \"sslmod\""},
      {"host=a HOST=b", "invalid connection option \"HOST\""},
      {"postgresql://h/db?sslmod=require", "invalid URI query parameter: \"sslmod\""},
      {"postgresql://h:54x2/db", "port is \"54x2\""},
      {"postgresql://[::1/db", "libpq can't read it"},
      {"host=a sslmode=bogus", "sslmode is \"bogus\", and can be disable, allow, prefer, require"},
      {"host=a sslmode=", "sslmode is \"\""},
      {"host=a sslmode=Require", "sslmode is \"Require\""},
      {"postgresql://h/db?sslmode=bogus", "sslmode is \"bogus\""},
      {"host=a gssencmode=on", "gssencmode is \"on\""},
      {"host=a channel_binding=yes", "channel_binding is \"yes\""},
      {"host=a target_session_attrs=master", "target_session_attrs is \"master\""},
      {"host=a ssl_min_protocol_version=1.2", "ssl_min_protocol_version is \"1.2\""},
      {"host=a connect_timeout=5s", "connect_timeout is \"5s\", and must be a whole number"},
      {"host=a tcp_user_timeout=x", "tcp_user_timeout is \"x\""},
      {"host=a ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1",
       "ssl_min_protocol_version is above ssl_max_protocol_version"},
      {"host=a port=0", "port is \"0\", and must be from 1 to 65535"},
      {"host=a port=65536", "port is \"65536\""},
      {"host=a,b,c port=5432,5433", "2 ports for 3 hosts"},
      {"hostaddr=10.0.0.1 host=a,b", "2 hosts for 1 addresses"},
  };
  for (const auto& row : table)
    EXPECT_NE(why_not_conninfo(row.text).find(row.why), std::string::npos)
        << row.text << ": " << why_not_conninfo(row.text);
  for (const std::string text :
       {"host=a,b port=5432", "host=a,b port=5432,5433",
        "host=a port=", "host=a sslmode=verify-full", "host=a connect_timeout=10 keepalives_idle=5",
        "host=a target_session_attrs=read-write", "host=a ssl_min_protocol_version=TLSv1.3",
        "hostaddr=10.0.0.1,10.0.0.2 host=a,b"})
    EXPECT_EQ(why_not_conninfo(text), "") << text;
}

TEST(Conninfo, NeverRepeatsWhatMayBeASecret) {
  for (const std::string text :
       {"postgresql://[u:geheim@h/db", "host=a pass=geheim", "postgresql://h/db?passwd=geheim",
        "host=a geheim", "postgresql://%zzgeheim@h", "host=a password=my geheim"})
    EXPECT_EQ(why_not_conninfo(text).find("geheim"), std::string::npos) << why_not_conninfo(text);
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
