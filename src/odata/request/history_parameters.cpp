#include "odata/request/history_parameters.hpp"

#include "odata/json/json_value.hpp"
#include "odata/request/raw_parameters.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace rookery::odata {
namespace {

using Kind = JsonValue::Kind;

constexpr std::string_view target_name = "Target";
constexpr std::string_view attribute_name = "AttributeLogicalName";
constexpr std::string_view paging_name = "PagingInfo";

/// What is null is as if it was not there.
const JsonValue* given(const JsonValue& object, std::string_view name) {
    const auto* value = object.member(name);
    return value == nullptr || value->is(Kind::null) ? nullptr : value;
}

/// False for another type, and below `least`.
bool read_number(
    const JsonValue& object, std::string_view name, std::int64_t least, std::uint32_t& out
) {
    const auto* value = given(object, name);
    if (value == nullptr) return true;
    if (!value->is(Kind::integer) || value->integer < least ||
        value->integer > std::numeric_limits<std::int32_t>::max()) {
        return false;
    }
    out = static_cast<std::uint32_t>(value->integer);
    return true;
}

/// dataverse: PagingInfo. A count of 0 is what a client sends that leaves it open.
std::optional<messages::HistoryPage> page_of(std::string_view raw) {
    const auto object = parse_json(raw);
    if (!object || !object->is(Kind::object)) return std::nullopt;
    constexpr std::string_view names[] = {
        "PageNumber", "Count", "ReturnTotalRecordCount", "PagingCookie", "@odata.type"};
    const bool known = std::ranges::all_of(object->members, [&](const JsonMember& one) {
        return std::ranges::find(names, one.name) != std::end(names);
    });
    messages::HistoryPage out;
    std::uint32_t count = 0;
    if (!known || !read_number(*object, "PageNumber", 1, out.number) ||
        !read_number(*object, "Count", 0, count)) {
        return std::nullopt;
    }
    if (count > 0) out.count = std::min(count, messages::history_page_max);
    if (const auto* total = given(*object, "ReturnTotalRecordCount")) {
        if (!total->is(Kind::boolean)) return std::nullopt;
        out.total = total->boolean;
    }
    if (const auto* cookie = given(*object, "PagingCookie")) {
        if (!cookie->is(Kind::text)) return std::nullopt;
        out.cookie = cookie->text.expose([](std::string_view text) { return std::string{text}; });
    }
    return out;
}

}  // namespace

Result<messages::RetrieveRecordChangeHistory> read_history(
    const RequestReader& request, const Function& function,
    std::optional<std::string_view> arguments
) {
    ROOKERY_TRY(const auto raw, read_raw_parameters(function, arguments, request.options()));
    messages::RetrieveRecordChangeHistory out;
    const auto target_text = raw.find(target_name);
    if (target_text == raw.end()) return wrong_parameter(function, target_name);
    ROOKERY_TRY(auto target, target_of(target_text->second, request.origin()));
    if (!target) return wrong_parameter(function, target_name);
    out.target = std::move(*target);
    const bool of_attribute =
        std::ranges::find(function.parameters, attribute_name, &Parameter::name) !=
        function.parameters.end();
    if (of_attribute) {
        const auto text = raw.find(attribute_name);
        const auto name = text == raw.end() ? std::nullopt : text_of(text->second);
        out.attribute = name ? out.target.table->column(*name) : nullptr;
        if (out.attribute == nullptr) return wrong_parameter(function, attribute_name);
    }
    if (const auto text = raw.find(paging_name); text != raw.end()) {
        const auto page = page_of(text->second);
        if (!page) return wrong_parameter(function, paging_name);
        out.page = *page;
    }
    return out;
}

}  // namespace rookery::odata
