#include "sync/verdict.hpp"

#include <string_view>

namespace rookery::sync {
namespace {

constexpr unsigned bit(PushOperation operation) { return 1U << static_cast<unsigned>(operation); }

constexpr unsigned create = bit(PushOperation::create);
constexpr unsigned update = bit(PushOperation::update);
constexpr unsigned remove = bit(PushOperation::remove);
constexpr unsigned write = create | update | remove;
constexpr unsigned read = write + 1;
constexpr unsigned any = write | read;

constexpr std::string_view any_code = "*";
constexpr std::string_view some_code = "0x";

struct Row {
    int status;
    std::string_view code;  // "*": with any or none; "0x": with any
    unsigned requests;
    Verdict verdict;
    bool outcome_unknown = false;
};

// The first row that fits decides.
// clang-format off
constexpr Row rows[] = {
    // A write that asks for no representation is answered with 204; a 200 is somebody else's page.
    {200, any_code,     read,            Verdict::done},
    {204, any_code,     write,           Verdict::done},

    {401, any_code,     any,             Verdict::unauthenticated},
    {403, any_code,     any,             Verdict::refused},

    {404, "0x80040217", remove,          Verdict::done},
    {404, "0x80040217", any,             Verdict::absent},
    {404, some_code,    any,             Verdict::refused},  // the table, or a segment

    {412, "0x80040237", create | update, Verdict::present},
    {412, "0x80060892", create | update, Verdict::present},
    {412, "0x80073002", create | update, Verdict::present},
    {412, "0x80060882", any,             Verdict::changed},
    {412, any_code,     any,             Verdict::refused},  // 0x80040333: a duplicate rule

    {400, any_code,     any,             Verdict::refused},
    {405, any_code,     any,             Verdict::refused},
    {413, any_code,     any,             Verdict::refused},
    {501, any_code,     any,             Verdict::refused},

    {406, any_code,     any,             Verdict::later},
    {409, any_code,     any,             Verdict::later},
    {415, any_code,     any,             Verdict::later},
    {422, any_code,     any,             Verdict::later},

    {408, any_code,     any,             Verdict::pause, true},
    {429, any_code,     any,             Verdict::pause},
    {500, any_code,     any,             Verdict::later, true},
    {502, any_code,     any,             Verdict::pause, true},
    {503, any_code,     any,             Verdict::pause, true},
    {504, any_code,     any,             Verdict::pause, true},
};

// clang-format on

bool fits(const Row& row, unsigned request, int status, const Fault& fault) {
    if (row.status != status || (row.requests & request) == 0) return false;
    if (row.code == any_code) return true;
    return row.code == some_code ? !fault.code.empty() : row.code == fault.code;
}

Judgement first_that_fits(unsigned request, int status, const Fault& fault) {
    for (const auto& row : rows) {
        if (fits(row, request, status, fault)) return {row.verdict, row.outcome_unknown};
    }
    return {};
}

}  // namespace

Judgement judge(PushOperation operation, int status, const Fault& fault) {
    return first_that_fits(bit(operation), status, fault);
}

Judgement judge_reading(int status, const Fault& fault) {
    return first_that_fits(read, status, fault);
}

}  // namespace rookery::sync
