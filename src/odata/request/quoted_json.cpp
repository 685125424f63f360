#include "odata/request/quoted_json.hpp"

#include <cstddef>
#include <utility>

namespace rookery::odata {
namespace {

/// The same with double quotes alone.
class Requoted {
 public:
    explicit Requoted(std::string_view raw) : raw_(raw) {
        while (at_ < raw_.size()) {
            const char c = raw_[at_];
            if (c == '\'') {
                take_single();
            } else if (c == '"') {
                take_double();
            } else {
                out_ += c;
                ++at_;
            }
        }
    }

    [[nodiscard]] std::string take() { return std::move(out_); }

 private:
    [[nodiscard]] bool follows(char c) const { return at_ + 1 < raw_.size() && raw_[at_ + 1] == c; }

    void take_double() {
        out_ += raw_[at_++];
        while (at_ < raw_.size()) {
            const char c = raw_[at_];
            if (c == '\\') out_ += raw_[at_++];
            if (at_ < raw_.size()) out_ += raw_[at_++];
            if (c == '"') return;
        }
    }

    void take_single() {
        out_ += '"';
        for (++at_; at_ < raw_.size(); ++at_) {
            const char c = raw_[at_];
            if (c == '\'') {
                if (!follows('\'')) break;
                ++at_;
                out_ += c;
            } else if (c == '"') {
                out_ += "\\\"";
            } else if (c == '\\' && at_ + 1 < raw_.size()) {
                ++at_;
                if (raw_[at_] != '\'') out_ += c;
                out_ += raw_[at_];
            } else {
                out_ += c;
            }
        }
        if (at_ == raw_.size()) return;  // not closed: no JSON
        ++at_;
        out_ += '"';
    }

    std::string_view raw_;
    std::size_t at_ = 0;
    std::string out_;
};

}  // namespace

std::string with_double_quotes(std::string_view raw) { return Requoted{raw}.take(); }

}  // namespace rookery::odata
