#include "odata/request/way_members.hpp"

#include "odata/request/body_parameters.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace rookery::odata {
namespace {

using crypto::BroughtWay;
using crypto::SlotBrought;
using crypto::SlotMembers;

SlotBrought& part_of(BroughtWay& way, const crypto::SlotKind* kind) {
    const auto found = std::ranges::find(way.parts, kind, &BroughtWay::Part::kind);
    if (found != way.parts.end()) return found->brought;
    way.parts.push_back({kind, {}});
    return way.parts.back().brought;
}

Result<SecretBytes> secret_of(const JsonValue& value, std::string_view name) {
    if (!value.is(JsonValue::Kind::text)) return bad_parameter(name);
    return value.text.expose([&](std::string_view text) -> Result<SecretBytes> {
        if (text.empty() || text.size() > BroughtWay::secret_bytes_max) return bad_parameter(name);
        return SecretBytes::copy_of(text);
    });
}

Result<> read_secrets(
    const JsonValue& value, std::string_view name, SlotMembers::Form form, SlotBrought& into
) {
    if (form != SlotMembers::Form::texts) {
        ROOKERY_TRY(auto secret, secret_of(value, name));
        into.secrets.push_back(std::move(secret));
        return {};
    }
    const bool fits = value.is(JsonValue::Kind::array) && !value.items.empty() &&
                      value.items.size() <= crypto::SlotOption::secrets_max;
    if (!fits) return bad_parameter(name);
    for (const auto& item : value.items) {
        ROOKERY_TRY(auto secret, secret_of(item, name));
        into.secrets.push_back(std::move(secret));
    }
    return {};
}

Result<> read_word(const JsonValue& value, std::string_view name, SlotBrought& into) {
    if (!value.is(JsonValue::Kind::text)) return bad_parameter(name);
    into.word = value.text.expose([](std::string_view text) {
        return std::string(text.substr(0, BroughtWay::word_bytes_max + 1));
    });
    if (into.word.empty() || into.word.size() > BroughtWay::word_bytes_max) {
        return bad_parameter(name);
    }
    return {};
}

}  // namespace

Result<messages::BroughtSecret> read_way(const JsonValue& body, std::string_view name, WayIs way) {
    const auto* object = body.member(name);
    if (object == nullptr || !object->is(JsonValue::Kind::object)) return bad_parameter(name);
    auto out = std::make_shared<BroughtWay>();
    for (const auto& [member, value] : object->members) {
        const auto known = crypto::member_of_kind(member);
        if (known.kind == nullptr || (known.word && way == WayIs::there)) {
            return bad_parameter(name);
        }
        auto& into = part_of(*out, known.kind);
        ROOKERY_CHECK(
            known.word ? read_word(value, member, into)
                       : read_secrets(value, member, known.kind->members.form, into)
        );
    }
    if (out->parts.empty() || out->parts.size() > BroughtWay::parts_max) return bad_parameter(name);
    for (const auto& part : out->parts) {
        const bool made_here = part.kind->members.word_alone && !part.brought.word.empty();
        if (part.brought.secrets.empty() && !made_here) return bad_parameter(name);
    }
    return out;
}

}  // namespace rookery::odata
