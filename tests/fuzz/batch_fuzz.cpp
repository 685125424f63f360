// libFuzzer target for the body of a $batch: the first line is its Content-Type, the rest the body. Every part is then
// read like a request of its own.
#include "odata/parse.hpp"
#include "odata/read_batch.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery;
    static const odata::ServiceRoot root{"https://vault.example.com", "vault.example.com/audit/n1"};
    static SystemRandom random;
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto line_end = input.find('\n');
    http::Request request;
    request.method = "POST";
    request.target = "/api/data/v9.2/$batch";
    request.headers = {{"Content-Type", std::string{input.substr(0, line_end)}}};
    if (line_end != std::string_view::npos) {
        const auto body = input.substr(line_end + 1);
        request.body.assign(body.begin(), body.end());
    }
    odata::RenderContext context;
    context.origin = {root, request};
    const auto batch = odata::read_batch(request, context);
    if (!batch) return 0;
    const auto inside = [&](std::string_view text) {
        const auto all = request.body_text();
        return text.empty() ||
               (text.data() >= all.data() && text.data() + text.size() <= all.data() + all.size());
    };
    std::size_t operations = 0;
    for (const auto& item : batch->items) {
        odata::ContentIds ids;
        operations += item.parts.size();
        if (item.parts.empty()) __builtin_trap();
        for (const auto& part : item.parts) {
            if (!inside(part.body) || !inside(part.target) || !inside(part.content_id))
                __builtin_trap();
            auto asked =
                odata::request_of(part, request, context.version, item.change_set ? &ids : nullptr);
            if (asked.request.count("Authorization") != 0) __builtin_trap();
            if (asked.refusal) continue;
            auto out = odata::parse_part(
                asked.request, root, [](const messages::Message&) { return true; }, {}, &ids
            );
            auto entity = odata::entity_of(out.message, out.context, random);
            if (!entity.empty() && !part.content_id.empty())
                ids.set(part.content_id, std::move(entity));
        }
    }
    if (operations > odata::batch::operations_max) __builtin_trap();
    return 0;
}
