#include "sync/verdict.hpp"

#include <catch2/catch.hpp>

#include <tuple>

namespace verdict_test {

using namespace rookery::sync;

namespace {

Judgement of(PushOperation operation, int status, const char* code = "") {
    Fault fault;
    fault.code = code;
    return judge(operation, status, fault);
}

}  // namespace

TEST_CASE("an answer's status and code decide what becomes of the record", "[sync]") {
    using Row = std::tuple<PushOperation, int, const char*, Verdict>;
    const auto [operation, status, code, verdict] =
        GENERATE(table<PushOperation, int, const char*, Verdict>({
            Row{PushOperation::create, 204, "", Verdict::done},
            Row{PushOperation::update, 204, "", Verdict::done},
            Row{PushOperation::remove, 204, "", Verdict::done},
            Row{PushOperation::remove, 404, "0x80040217", Verdict::done},
            Row{PushOperation::create, 404, "0x80040217", Verdict::absent},
            Row{PushOperation::update, 404, "0x80040217", Verdict::absent},
            Row{PushOperation::remove, 404, "0x80060888", Verdict::refused},
            Row{PushOperation::update, 404, "0x8006088a", Verdict::refused},
            Row{PushOperation::create, 412, "0x80040237", Verdict::present},
            Row{PushOperation::create, 412, "0x80060892", Verdict::present},
            Row{PushOperation::update, 412, "0x80060882", Verdict::changed},
            Row{PushOperation::remove, 412, "0x80060882", Verdict::changed},
            Row{PushOperation::update, 412, "0x80040333", Verdict::refused},
            Row{PushOperation::update, 401, "", Verdict::unauthenticated},
            Row{PushOperation::update, 403, "0x80040220", Verdict::refused},
            Row{PushOperation::update, 400, "0x80044331", Verdict::refused},
            Row{PushOperation::update, 400, "", Verdict::refused},
            Row{PushOperation::remove, 405, "0x80040227", Verdict::refused},
            Row{PushOperation::update, 413, "", Verdict::refused},
            Row{PushOperation::update, 501, "", Verdict::refused},
            Row{PushOperation::update, 406, "", Verdict::later},
            Row{PushOperation::create, 409, "0x80040237", Verdict::later},
            Row{PushOperation::update, 415, "", Verdict::later},
            Row{PushOperation::remove, 422, "", Verdict::later},
            Row{PushOperation::update, 408, "", Verdict::pause},
            Row{PushOperation::update, 429, "0x80072322", Verdict::pause},
            Row{PushOperation::update, 500, "0x80044150", Verdict::later},
            Row{PushOperation::update, 500, "0x80044151", Verdict::later},
            Row{PushOperation::update, 502, "", Verdict::pause},
            Row{PushOperation::update, 503, "", Verdict::pause},
            Row{PushOperation::update, 504, "", Verdict::pause},
        }));
    CAPTURE(static_cast<int>(operation), status, code);
    CHECK(of(operation, status, code).verdict == verdict);
}

TEST_CASE("a reading finds the record, finds none, or is refused", "[sync]") {
    const Fault no_record{"0x80040217", {}};
    CHECK(judge_reading(200, {}).verdict == Verdict::done);
    CHECK(judge_reading(404, no_record).verdict == Verdict::absent);
    CHECK(judge_reading(403, {}).verdict == Verdict::refused);
    CHECK(judge_reading(503, {}).verdict == Verdict::pause);
}

TEST_CASE("an answer that no Dataverse gives says nothing about the record", "[sync]") {
    for (const int status :
         {100, 200, 201, 202, 206, 301, 302, 307, 308, 404, 418, 451, 599, 999}) {
        CAPTURE(status);
        for (const auto operation :
             {PushOperation::create, PushOperation::update, PushOperation::remove}) {
            CHECK(of(operation, status).verdict == Verdict::pause);
        }
    }
    CHECK(judge_reading(204, {}).verdict == Verdict::pause);
    CHECK(
        of(PushOperation::remove, 404).verdict == Verdict::pause
    );  // somebody's page, not the table's
}

TEST_CASE("an answer of something in between leaves open whether it was carried out", "[sync]") {
    for (const int status : {408, 500, 502, 503, 504})
        CHECK(of(PushOperation::update, status).outcome_unknown);
    for (const int status : {204, 400, 401, 403, 404, 412, 429}) {
        CHECK_FALSE(of(PushOperation::update, status).outcome_unknown);
    }
}

TEST_CASE("of an error's text only a code and a privilege's name are taken", "[sync]") {
    const auto fault = parse_fault(
        R"x({"error":{"code":"0x80040220","message":"Principal user (Id=1), is missing )x"
        R"x(prvReadmsdyn_octwitterhandle privilege (Id=2)"}})x"
    );
    CHECK(fault.code == "0x80040220");
    CHECK(fault.missing_privilege == "prvReadmsdyn_octwitterhandle");
    CHECK(parse_fault(R"({"error":{"code":"0X8004F507","message":""}})").code == "0x8004f507");

    for (const char* const code :
         {"", "0x0", "0x800402170", "0x8004021g", "80040217aa", "0x80040217\\n", "Bearer eyJ"}) {
        CAPTURE(code);
        const auto body = std::string{R"({"error":{"code":")"} + code + R"(","message":"x"}})";
        CHECK(parse_fault(body).code.empty());
    }
    const auto named = [](const std::string& message) {
        return parse_fault(R"({"error":{"code":"0x80040220","message":")" + message + R"("}})")
            .missing_privilege;
    };
    CHECK(named("missing prv" + std::string(90, 'a') + " here") == "prv" + std::string(90, 'a'));
    CHECK(named("missing prv" + std::string(91, 'a') + " here").empty());
    CHECK(named("missing prv and more").empty());
    CHECK(named("xprvRead").empty());
    CHECK(named("prv, prvWriteX.").compare("prvWriteX") == 0);
}

TEST_CASE("what is no OData error has neither code nor privilege", "[sync]") {
    for (const std::string& body :
         {std::string{},
          std::string{"<html>prvRead</html>"},
          std::string{"{"},
          std::string{"[]"},
          std::string{R"({"error":"prvRead"})"},
          std::string{R"({"error":{"code":7,"message":[]}})"},
          std::string(60'000, '[')}) {
        const auto fault = parse_fault(body);
        CHECK(fault.code.empty());
        CHECK(fault.missing_privilege.empty());
    }
}

}  // namespace verdict_test
