// libFuzzer target for odata::parse: the first line is "METHOD target", the rest is the body. What is asked about metadata is
// answered too, since that needs no store.
#include "../odata/receipt_for_test.hpp"
#include "odata/parse.hpp"
#include "odata/render.hpp"
#include "odata/response/error_body.hpp"
#include "query/joins.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery;
    static const odata::ServiceRoot root{"https://vault.example.com", "vault.example.com/audit/n1"};
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto line_end = input.find('\n');
    const auto line = input.substr(0, line_end);
    const auto blank = line.find(' ');
    http::Request request;
    request.method = line.substr(0, blank);
    if (blank != std::string_view::npos) request.target = line.substr(blank + 1);
    request.headers = {{"Content-Type", "application/json"}};
    if (line_end != std::string_view::npos) {
        const auto body = input.substr(line_end + 1);
        request.body.assign(body.begin(), body.end());
    }
    const auto out = odata::parse(request, root, [](const messages::Message&) { return true; });
    if (const auto* rejected = std::get_if<messages::Rejected>(&out.message)) {
        const auto response = odata::render_error(out.context, rejected->error);
        if (response.status < 400) __builtin_trap();
    }
    if (const auto* list = std::get_if<messages::RetrieveMultiple>(&out.message)) {
        // It asks about no sealed column, on whatever path, and goes through no more than it may.
        if (list->filter &&
            messages::shape(*list->filter).find("useraccesstoken") != std::string::npos)
            __builtin_trap();
        messages::Query ordered;
        ordered.order = list->order;
        if (!list->pairs && messages::joins(ordered) > messages::joins_max) __builtin_trap();
        for (const auto& by : list->order) {
            if (by.column->type == schema::Type::sealed) __builtin_trap();
        }
    }
    if (std::holds_alternative<messages::RetrieveMetadata>(out.message)) {
        const auto response = odata::render(
            out.context, ledger::ReceiptForTest::make(42, 5001, messages::MetadataReply{})
        );
        if (response.status != 200) __builtin_trap();
    }
    return 0;
}
