#include "odata/json/json_value.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <functional>

namespace rookery::odata {
namespace {

namespace json = boost::json;

/// Receives the parser's events and builds the value. Its limits are the parser's.
class Builder {
 public:
    static constexpr std::size_t max_object_size = json_keys_max;
    static constexpr std::size_t max_array_size = json_items_max;
    static constexpr std::size_t max_key_size = 512;
    static constexpr std::size_t max_string_size = std::size_t{1} << 24U;

    explicit Builder(std::string_view body) : body_(body) {}

    bool on_document_begin(json::error_code&) { return true; }

    bool on_document_end(json::error_code&) { return true; }

    bool on_object_begin(json::error_code&) { return begin(JsonValue::Kind::object); }

    bool on_object_end(std::size_t, json::error_code& error) {
        if (has_repeated_key(open_.back().value)) {
            error = json::error::syntax;
            return false;
        }
        return end(error);
    }

    bool on_array_begin(json::error_code&) { return begin(JsonValue::Kind::array); }

    bool on_array_end(std::size_t, json::error_code& error) { return end(error); }

    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        key_.append(part.data(), part.size());
        return true;
    }

    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        key_.append(part.data(), part.size());
        open_.back().key = std::exchange(key_, {});
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        pieces_.insert(pieces_.end(), part.begin(), part.end());
        return true;
    }

    bool on_string(json::string_view last, std::size_t, json::error_code& error) {
        JsonValue value;
        value.kind = JsonValue::Kind::text;
        const std::string_view text{last.data(), last.size()};
        if (pieces_.empty() && in_body(text)) {
            value.text = JsonText{text};
        } else {
            pieces_.insert(pieces_.end(), text.begin(), text.end());
            value.text = JsonText{std::exchange(pieces_, {})};
        }
        // U+0000 cuts texts in half wherever C strings are used.
        if (value.text.expose([](std::string_view t) { return t.find('\0') != t.npos; })) {
            error = json::error::syntax;
            return false;
        }
        return add(std::move(value), error);
    }

    bool on_number_part(json::string_view, json::error_code&) { return true; }

    bool on_int64(std::int64_t number, json::string_view, json::error_code& error) {
        JsonValue value;
        value.kind = JsonValue::Kind::integer;
        value.integer = number;
        return add(std::move(value), error);
    }

    bool on_uint64(std::uint64_t number, json::string_view, json::error_code& error) {
        return other_number(static_cast<double>(number), error);
    }

    bool on_double(double number, json::string_view, json::error_code& error) {
        return other_number(number, error);
    }

    bool on_bool(bool flag, json::error_code& error) {
        JsonValue value;
        value.kind = JsonValue::Kind::boolean;
        value.boolean = flag;
        return add(std::move(value), error);
    }

    bool on_null(json::error_code& error) { return add({}, error); }

    bool on_comment_part(json::string_view, json::error_code&) { return true; }

    bool on_comment(json::string_view, json::error_code&) { return true; }

    JsonValue take() { return std::move(result_); }

 private:
    struct Open {
        JsonValue value;
        std::string key;  // of the member being read
    };

    /// Beyond json_depth_max the parser itself stops.
    bool begin(JsonValue::Kind kind) {
        open_.emplace_back();
        open_.back().value.kind = kind;
        return true;
    }

    bool end(json::error_code& error) {
        auto value = std::move(open_.back().value);
        open_.pop_back();
        return add(std::move(value), error);
    }

    bool add(JsonValue value, json::error_code& error) {
        if (++values_ > json_values_max) {
            error = json::error::object_too_large;
            return false;
        }
        if (open_.empty()) {
            result_ = std::move(value);
        } else if (open_.back().value.is(JsonValue::Kind::array)) {
            open_.back().value.items.push_back(std::move(value));
        } else {
            open_.back().value.members.push_back(
                {std::exchange(open_.back().key, {}), std::move(value)}
            );
        }
        return true;
    }

    bool other_number(double number, json::error_code& error) {
        JsonValue value;
        value.kind = JsonValue::Kind::other_number;
        value.other_number = number;
        return add(std::move(value), error);
    }

    static bool has_repeated_key(const JsonValue& object) {
        std::vector<std::string_view> names;
        names.reserve(object.members.size());
        for (const auto& member : object.members) names.emplace_back(member.name);
        std::ranges::sort(names);
        return std::ranges::adjacent_find(names) != names.end();
    }

    /// Escaped texts come through a buffer on the parser's stack.
    bool in_body(std::string_view text) const {
        const std::less_equal<const char*> le;
        return le(body_.data(), text.data()) &&
               le(text.data() + text.size(), body_.data() + body_.size());
    }

    std::string_view body_;
    std::vector<Open> open_;
    std::string key_;
    WipedBuffer pieces_;
    JsonValue result_;
    std::size_t values_ = 0;
};

/// The parser unescapes in a buffer on the stack; this overwrites where it was.
[[gnu::noinline]] void wipe_stack_below() {
    std::array<char, 16384> room;
    wipe(room.data(), room.size());
}

}  // namespace

const JsonValue* JsonValue::member(std::string_view name) const {
    const auto found =
        std::ranges::find_if(members, [&](const JsonMember& m) { return m.name == name; });
    return found == members.end() ? nullptr : &found->value;
}

Result<JsonValue> parse_json(std::string_view body) {
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    json::parse_options options;
    options.max_depth = json_depth_max;
    json::basic_parser<Builder> parser{options, body};
    json::error_code error;
    const auto read = parser.write_some(false, body.data(), body.size(), error);
    if (body.find('\\') != std::string_view::npos) wipe_stack_below();
    if (error == json::error::array_too_large) {
        return fail(
            Errc::too_many_rows,
            "The request holds more than " + std::to_string(json_items_max) + " items."
        );
    }
    if (error || read != body.size() || !parser.done()) {
        return fail(
            Errc::bad_payload,
            "The body is not valid JSON, repeats a key, is nested too deeply, or holds too much."
        );
    }
    return parser.handler().take();
}

}  // namespace rookery::odata
