#include "base/secret_json.hpp"

#include <catch2/catch.hpp>

namespace secret_json_test {

using namespace rookery;

namespace {

std::string opened(const SecretBytes& secret) {
    return secret.expose([](ByteView v) { return std::string{text_of(v)}; });
}

}  // namespace

TEST_CASE("a string member of an answer comes as a secret", "[base]") {
    CHECK(opened(secret_member(R"({"a":1,"t":"x"})", "t").value()) == "x");
    CHECK(
        opened(secret_member(" { \"t\" : \"\\\"\\\\\\/\\b\\f\\n\\r\\t\" } ", "t").value()) ==
        "\"\\/\b\f\n\r\t"
    );
    CHECK(opened(secret_member(R"({"t":"\u00e4\u65e5\uD83D\uDE00"})", "t").value()) == "ä日😀");
    CHECK(
        opened(secret_member(R"({"n":{"t":"inner"},"l":[{"t":"x"}],"t":"outer"})", "t").value()) ==
        "outer"
    );
    CHECK(secret_member(R"({"t":null})", "t").value().empty());
}

TEST_CASE("a list of strings comes as secrets, and no more of them than are wanted", "[base]") {
    const auto listed = secret_list_member(R"({"n":[1],"l":[ "a" , "\u0062" ]})", "l", 2).value();
    REQUIRE(listed.size() == 2);
    CHECK(opened(listed[0]) == "a");
    CHECK(opened(listed[1]) == "b");
    CHECK(secret_list_member(R"({"l":[]})", "l", 2).value().empty());
    for (const auto* text :
         {R"({"l":["a","b","c"]})",
          R"({"l":["a",1]})",
          R"({"l":["a",]})",
          R"({"l":["a"})",
          R"({"l":"a"})",
          R"({"l":null})",
          R"({"l":[["a"]]})",
          R"({"l":["a"],"l":["a"]})",
          "{}"}) {
        CAPTURE(text);
        CHECK(secret_list_member(text, "l", 2).error().code == Errc::bad_payload);
    }
}

TEST_CASE("an answer that is not one object with that string member is refused", "[base]") {
    const auto text = GENERATE(
        as<std::string>{},
        "",
        "{}",
        "[]",
        "{\"t\":1}",
        "{\"t\":{}}",
        "{\"t\":\"x\"",
        "{\"t\":\"x\"}x",
        "{\"t\":\"x\",}",
        "{\"t\":\"x\",\"t\":\"y\"}",
        "{\"t\":\"\\uD83D\"}",
        "{\"t\":\"\\uDE00\"}",
        "{\"t\":\"\\q\"}",
        "{\"t\":\"a\nb\"}",
        "{\"a\":tru,\"t\":\"x\"}",
        "{\"a\":,\"t\":\"x\"}",
        "{t:\"x\"}",
        "{\"t\" \"x\"}"
    );
    const auto found = secret_member(text, "t");
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().code == Errc::bad_payload);
    CHECK(found.error().message.find("\"x\"") == std::string::npos);
}

TEST_CASE(
    "a member of an answer that is true or false is read as that and nothing else", "[base]"
) {
    CHECK(boolean_member(R"({"t":"x","f":true})", "f").value());
    CHECK_FALSE(boolean_member(R"({"f": false ,"t":"x"})", "f").value());
    for (const char* text :
         {"{}", R"({"f":1})", R"({"f":"true"})", R"({"f":null})", R"({"f":tru})"}) {
        CAPTURE(text);
        CHECK(boolean_member(text, "f").error().code == Errc::bad_payload);
    }
}

TEST_CASE("deep nesting in an answer is refused, not followed", "[base]") {
    const auto deep =
        "{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + ",\"t\":\"x\"}";
    CHECK_FALSE(secret_member(deep, "t").has_value());
}

TEST_CASE("what is appended as a JSON string is read back", "[base]") {
    const std::string text{"a\"b\\c\n\x01\x1f ä\x7f"};
    WipedBuffer out;
    append_text(out, "{\"t\":");
    append_json_string(out, text);
    append_text(out, "}");
    CHECK(opened(secret_member({out.data(), out.size()}, "t").value()) == text);
}

TEST_CASE("a whole number stands beside a secret", "[base]") {
    CHECK(number_member(R"({"t":"x","n":3599})", "n").value() == 3599);
    CHECK(number_member(R"({"n":999999999999999999})", "n").value() == 999999999999999999);
    for (const char* const bad :
         {R"({"n":"3599"})",
          R"({"n":-1})",
          R"({"n":1.5})",
          R"({"n":null})",
          R"({"t":1})",
          R"({"n":1,"n":2})",
          R"({"n":1000000000000000000})",
          R"({"n":1)"}) {
        CAPTURE(bad);
        CHECK_FALSE(number_member(bad, "n"));
    }
}

}  // namespace secret_json_test
